const STROKES: Readonly<Record<string, string>> = {
  '/': 'M4 6h16M4 12h16M4 18h10',
  '/exports': 'M12 4v11M7 10l5 5 5-5M5 20h14',
  '/usage': 'M5 20v-7M12 20V5M19 20v-11',
  '/opt-outs': 'M6 6l12 12M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18',
  '/settings': 'M4 8h9M17 8h3M15 6v4M4 16h3M11 16h9M9 14v4',
};

/** Stands above a section's name where there is no room beside it. */
export const SectionIcon = ({ href }: { readonly href: string }) => (
  <svg aria-hidden="true" viewBox="0 0 24 24" width="22" height="22">
    <path
      d={STROKES[href]}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
