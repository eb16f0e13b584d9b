import type { RowKeys } from './row-keys.js';

/** Stands below the rows where there is a keyboard to speak of. */
export const KeyHint = ({ hasLetters, setLetters }: RowKeys) => (
  <p className="key-hint muted">
    {hasLetters ? (
      <>
        <span>
          <kbd>j</kbd> <kbd>k</kbd> through the rows
        </span>
        <span>
          <kbd>Enter</kbd> opens
        </span>
        <span>
          <kbd>/</kbd> searches
        </span>
      </>
    ) : (
      <span>
        <kbd>↓</kbd> <kbd>↑</kbd> through the rows
      </span>
    )}
    <button type="button" className="plain" onClick={() => setLetters(!hasLetters)}>
      {hasLetters ? 'Turn letter keys off' : 'Turn letter keys on'}
    </button>
  </p>
);
