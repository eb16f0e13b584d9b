export interface CodeTextProps {
  readonly label: string;
  readonly children: string;
}

export const CodeText = ({ label, children }: CodeTextProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be in reach of a keyboard
  <section className="code-text" tabIndex={0} aria-label={label}>
    <pre>
      <code>{children}</code>
    </pre>
  </section>
);
