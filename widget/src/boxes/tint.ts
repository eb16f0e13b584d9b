// A number that changed takes the accent's colour for a moment. While changes keep coming it stays in that colour, so
// that nothing blinks at any rate; readers who asked for less motion see none of it.
import { type RefObject, useEffect, useRef } from 'react';

const TINT_MS = 1_600;

/** The element to tint, whose text this is; undefined while it shows none. */
export function useTint(text: string | undefined): RefObject<HTMLSpanElement | null> {
  const element = useRef<HTMLSpanElement>(null);
  const before = useRef(text);
  useEffect(() => {
    const hasChanged = before.current !== undefined && text !== undefined && before.current !== text;
    before.current = text;
    if (hasChanged && element.current && !matchMedia('(prefers-reduced-motion: reduce)').matches)
      tint(element.current);
  }, [text]);
  return element;
}

function tint(element: Element): void {
  for (const running of element.getAnimations()) running.cancel();
  element.animate({ color: ['var(--accent)', 'var(--text)'], easing: 'ease-in' }, TINT_MS);
}
