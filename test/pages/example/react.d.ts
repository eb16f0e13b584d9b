/** `widget/examples/react.tsx`; the build of the page puts it here. */
export declare const App: () => React.JSX.Element;
