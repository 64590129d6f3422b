/**
 * Which of its two faces the application shows: the console for operators, or under /portal a consumer's portal. Only the
 * portal may stand in a frame of another page.
 */
export const IS_PORTAL = /^\/portal(\/|$)/.test(location.pathname);

/** Where the router's paths begin. */
export const BASE = IS_PORTAL ? '/portal' : '/';
