/**
 * Which of its two faces the application shows: the console for operators, or under /portal a consumer's portal. Only the
 * portal may stand in a frame of another page.
 */
export const IS_PORTAL = /^\/portal(\/|$)/.test(location.pathname);

/** Whether the portal stands in a frame of another page. */
export const IS_FRAMED = globalThis.parent !== globalThis.window;

/** What the pages call themselves. A consumer need not know what the portal is made of. */
export const PRODUCT = IS_PORTAL ? 'Webhooks' : 'Posthorn';

/** Where the router's paths begin. */
export const BASE = IS_PORTAL ? '/portal' : '/';
