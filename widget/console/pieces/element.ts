/** What any host page loads to have the boxes. */
const SCRIPT = '/widget/campaign-analytics.js';

/** Defines `<campaign-analytics>`, once however often it is called for. Those that are on the page already come to life. */
export const loadElement = (): Promise<unknown> => import(/* @vite-ignore */ SCRIPT);
