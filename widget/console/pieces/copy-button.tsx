import { useState } from 'react';

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied: "Copy the snippet". */
  readonly label?: string;
}

/** Says for a moment that it did. Without access to the clipboard it is not there: the text is marked by hand. */
export function CopyButton({ text, label = 'Copy' }: CopyButtonProps) {
  const [copied, setCopied] = useState<string>();
  if (!navigator.clipboard) return null;
  const copy = (): void =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(text),
      () => setCopied(undefined),
    );
  const isCopied = copied === text;
  return (
    <>
      <button type="button" onClick={copy} onBlur={() => setCopied(undefined)}>
        {isCopied ? 'Copied' : label}
      </button>
      <span className="unseen" role="status">
        {isCopied && 'Copied'}
      </span>
    </>
  );
}
