const TEXTS: Readonly<Record<string, string>> = {
  RATE_LIMITED: 'Too many sign-ins were refused. Wait a minute, then try again.',
  FORBIDDEN:
    'The server does not know this page as its own. A proxy in front of it has to pass on the Host header.',
  NO_READ: 'This key may not read. Sign in with one that has the scope READ.',
  NO_COOKIES: 'The browser did not keep the session. Allow cookies for this site.',
};
const OF_KEY = 'This key was not accepted. Check it and try again.';
const OF_LINK =
  'This link was used already, or its time is over. Make a new one, or sign in with an API key.';

/** What to tell somebody whose sign-in was refused with this code; anything that is none is a server that did not answer. */
export function refusalText(code: string, isLink: boolean): string {
  const text = TEXTS[code];
  if (text) return text;
  if (/^(UNAUTHENTICATED|BAD_USER_INPUT|PAYLOAD_TOO_LARGE)$/.test(code)) return isLink ? OF_LINK : OF_KEY;
  return 'The server does not answer. Try again in a moment.';
}
