// What the status line says of a state.
import type { State } from '../feed/state.js';
import type { Messages } from './messages.js';

type Worded = 'FORBIDDEN' | 'NOT_FOUND' | 'TOKEN_EXPIRED' | 'TOKEN_REVOKED';

export function statusText(state: State, messages: Messages): string {
  if (state.phase === 'live') return messages[state.snapshot.status];
  if (state.phase !== 'error') return messages[state.phase];
  const code = state.code.replace('UNAUTHENTICATED', 'FORBIDDEN');
  return messages[isWorded(code) ? code : 'error'];
}

const isWorded = (code: string): code is Worded =>
  /^(FORBIDDEN|NOT_FOUND|TOKEN_(EXPIRED|REVOKED))$/.test(code);
