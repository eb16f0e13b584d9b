/** The README's React snippet; the test that builds this page puts it here. */
export declare const Numbers: () => React.JSX.Element;
