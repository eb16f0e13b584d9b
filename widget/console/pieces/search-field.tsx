import { type RefObject, useEffect, useState } from 'react';

const QUIET_MS = 200;

export interface SearchFieldProps {
  /** What is searched for now. */
  readonly value: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly field?: RefObject<HTMLInputElement | null>;
  /** After a moment in which nothing more was typed. */
  onSearch(value: string): void;
}

export function SearchField({ value, label, placeholder, field, onSearch }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // Searched for by other means: the way back, a link.
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onSearch(typed), QUIET_MS);
    return () => clearTimeout(timer);
  });
  return (
    <input
      ref={field}
      type="search"
      className="search"
      value={typed}
      placeholder={placeholder}
      aria-label={label}
      autoComplete="off"
      spellCheck={false}
      onChange={({ target }) => setTyped(target.value)}
    />
  );
}
