import { describe, expect, it } from 'vitest';
import { type Pages, pagesFor, sessionCookie } from '../../../lambdas/http/session-cookie.ts';

describe('the cookie of a session', () => {
  it.each<[string, Pages, boolean, string]>([
    [
      'of the console',
      'console',
      false,
      '__Host-posthorn=phs_x; HttpOnly; Secure; SameSite=Strict; Path=/; Max-Age=28800',
    ],
    [
      'of the portal, in frames of other sites',
      'portal',
      false,
      '__Host-posthorn-portal=phs_x; HttpOnly; Secure; SameSite=None; Partitioned; Path=/; Max-Age=28800',
    ],
    [
      'of the console on the laptop',
      'console',
      true,
      'posthorn=phs_x; HttpOnly; SameSite=Strict; Path=/; Max-Age=28800',
    ],
    [
      'of the portal on the laptop',
      'portal',
      true,
      'posthorn-portal=phs_x; HttpOnly; Secure; SameSite=None; Partitioned; Path=/; Max-Age=28800',
    ],
  ])('%s', (_, pages, isPlain, cookie) =>
    expect(sessionCookie(pages, 'phs_x', 8 * 3600, isPlain)).toBe(cookie),
  );

  it('is removed by one that is over', () =>
    expect(sessionCookie('console', '', 0, false)).toMatch(/^__Host-posthorn=; .*; Max-Age=0$/));

  it.each<[isPortal: boolean, asked: string | undefined, Pages]>([
    [true, 'portal', 'portal'],
    [true, undefined, 'portal'],
    [true, 'anything', 'portal'],
    [true, 'console', 'console'],
    [false, 'console', 'console'],
    [false, undefined, 'console'],
    // Else a page in a frame of another site would have an operator's powers.
    [false, 'portal', 'console'],
  ])('for a portal token: %s, asked for %s: %s', (isPortal, asked, pages) =>
    expect(pagesFor(isPortal, asked)).toBe(pages),
  );
});
