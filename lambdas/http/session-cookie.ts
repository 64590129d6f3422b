/**
 * The cookie that keeps a session in a browser. The distribution in front of the API makes a bearer credential of it, for
 * requests of our own pages alone: scripts can't read it, and the API itself sees no cookie.
 */

/** Whose pages keep it: the operators', or those of the portal, which other sites may embed. */
export type Pages = 'console' | 'portal';

/** The header by which our pages say which of the two they are. */
export const PAGES_HEADER = 'posthorn-console';

/**
 * Which pages get a session. A page that other sites embed never gets one that does more than a portal token: its cookie
 * comes along in frames.
 * @param asked what the header says
 */
export const pagesFor = (isPortal: boolean, asked: string | undefined): Pages =>
  isPortal && asked !== 'console' ? 'portal' : 'console';

interface CookieKind {
  readonly name: string;
  readonly attributes: string;
}

/**
 * By pages. The prefix `__Host-` has a browser take the cookie of this very host alone, over TLS alone (RFC 6265bis, 4.1.3.2).
 * A portal stands in frames of other sites, where browsers send a cookie with `SameSite=None` alone, and keep one for each of
 * these sites with `Partitioned`.
 */
const COOKIES: Readonly<Record<Pages, CookieKind>> = {
  console: { name: '__Host-posthorn', attributes: 'HttpOnly; Secure; SameSite=Strict; Path=/' },
  portal: {
    name: '__Host-posthorn-portal',
    attributes: 'HttpOnly; Secure; SameSite=None; Partitioned; Path=/',
  },
};

/**
 * The same on the laptop, over plain http. Safari takes no cookie with `Secure` there. Chromium and Firefox do, and take one
 * with `SameSite=None` no other way.
 */
const PLAIN_COOKIES: typeof COOKIES = {
  console: { name: 'posthorn', attributes: 'HttpOnly; SameSite=Strict; Path=/' },
  portal: { name: 'posthorn-portal', attributes: 'HttpOnly; Secure; SameSite=None; Partitioned; Path=/' },
};

/** @param seconds how long a browser keeps it; 0 removes it @param isPlain whether the pages come over plain http */
export function sessionCookie(pages: Pages, text: string, seconds: number, isPlain: boolean): string {
  const { name, attributes } = (isPlain ? PLAIN_COOKIES : COOKIES)[pages];
  return `${name}=${text}; ${attributes}; Max-Age=${Math.max(Math.floor(seconds), 0)}`;
}
