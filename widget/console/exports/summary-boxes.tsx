import type { EightBoxesFragment } from '@campaign-analytics/schema/graphql';
import { BOXES } from '../../src/boxes/boxes.js';
import { figuresIn } from '../../src/boxes/figures.js';
import { readingOf } from '../../src/boxes/reading.js';
import { en } from '../../src/locales/en.js';

const figures = figuresIn('en');

/** The eight boxes as they were at the snapshot of an export. */
export function SummaryBoxes({ analytics }: { readonly analytics: EightBoxesFragment }) {
  const { replyRate = null, replyPercent = null, contactsPerSender = null } = analytics;
  const snapshot = { ...analytics, replyRate, replyPercent, contactsPerSender };
  return (
    <dl className="summary-boxes">
      {BOXES.map((box) => (
        <div key={box.name}>
          <dt>{en[box.name]}</dt>
          <dd>{readingOf(box, snapshot, figures, en).full}</dd>
        </div>
      ))}
    </dl>
  );
}
