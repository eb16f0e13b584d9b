// The board in the reader's language, for the faces that bring all languages along.
import { Board, type BoardProps } from './board.js';
import { messagesIn } from './languages.js';
import type { Messages } from './messages.js';

export type { Theme } from './board.js';
export type { OnBoxClick } from './box.js';
export type { BoxName } from './boxes.js';
export type { Messages } from './messages.js';

export interface EightBoxesProps extends Omit<BoardProps, 'messages' | 'names' | 'hasStatusLine'> {
  /** In place of the built-in ones; those left out stay. */
  readonly messages?: Partial<Messages> | undefined;
}

export const EightBoxes = (props: EightBoxesProps) => (
  <Board {...props} messages={{ ...messagesIn(props.locale), ...props.messages }} />
);
