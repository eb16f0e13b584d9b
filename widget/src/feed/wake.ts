/**
 * Calls back whenever the page may have come to life again: the network is back, the tab is seen again, the page came back
 * from the browser's history. Timers fire late after a sleep, or not at all while a tab is hidden.
 * @returns what stops listening
 */
export function onWake(listener: () => void): () => void {
  const seen = (): void => {
    if (!document.hidden) listener();
  };
  addEventListener('online', listener);
  addEventListener('pageshow', listener);
  document.addEventListener('visibilitychange', seen);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('pageshow', listener);
    document.removeEventListener('visibilitychange', seen);
  };
}
