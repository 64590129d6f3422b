import { describe, expect, it } from 'vitest';
import type { OidcSettings } from '../../../lambdas/access/oidc-settings.ts';
import { userOf } from '../../../lambdas/access/oidc-user.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';

const ACME = 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QX';
const SETTINGS: OidcSettings = {
  issuer: 'https://login.example.com',
  clientId: 'posthorn',
  claim: 'groups',
  roles: {
    operators: { scopes: ['admin'] },
    support: { scopes: ['read'] },
    editors: { scopes: ['manage', 'publish'] },
    acme: { scopes: ['manage'], tenantId: ACME },
  },
};

describe('what a user may do', () => {
  it.each<[string, unknown, object]>([
    ['a text', 'operators', { scopes: ['admin'], tenant: FIRST_TENANT }],
    ['one of a list', ['staff', 'support'], { scopes: ['read'], tenant: FIRST_TENANT }],
    ['several add up', ['support', 'editors'], { scopes: ['manage', 'publish', 'read'] }],
    ['of a tenant', ['acme'], { scopes: ['manage'], tenant: ACME }],
  ])('%s', (_, groups, user) =>
    expect(userOf(SETTINGS, { sub: 'jane', groups })).toMatchObject({ kind: 'user', ...user }),
  );

  it.each<[string, unknown]>([
    ['no value', undefined],
    ['an empty list', []],
    ['an unknown value', ['staff']],
    ['another spelling', ['Operators', ' operators']],
    ['a value that every object has', ['constructor', '__proto__', 'toString']],
    ['what is no text', [{ operators: true }, 1, null, ['operators']]],
    ['an object', { operators: true }],
    ['roles of two tenants', ['acme', 'support']],
  ])('nothing with %s, and the claim is named', (_, groups) =>
    expect(userOf(SETTINGS, { sub: 'jane', groups })).toEqual({
      kind: 'refused',
      problem: expect.stringContaining('claim groups'),
    }),
  );

  it.each<[unknown, boolean]>([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
    [undefined, false],
    [null, false],
    [1, false],
  ])('with an address whose email_verified is %j: %s', (verified, isIn) => {
    const roles = { 'ceo@example.com': { scopes: ['admin'] } } as const;
    const claims = { sub: 'jane', email: 'ceo@example.com', email_verified: verified };
    expect(userOf({ ...SETTINGS, claim: 'email', roles }, claims).kind).toBe(isIn ? 'user' : 'refused');
  });

  it.each<[string, object, string]>([
    ['an address', { email: 'jane@example.com', name: 'Jane' }, 'jane@example.com'],
    [
      'no address that is not verified',
      { email: 'ceo@example.com', email_verified: false, name: 'Jane' },
      'Jane',
    ],
    [
      'no address that is not verified, as a text',
      { email: 'ceo@example.com', email_verified: 'false' },
      'jane',
    ],
    ['a user name', { preferred_username: 'jane1', name: 'Jane' }, 'jane1'],
    ['the subject', { email: 7 }, 'jane'],
    ['no more than a name’s length', { email: 'x'.repeat(10_000) }, 'x'.repeat(200)],
  ])('is called by %s', (_, claims, name) =>
    expect(userOf(SETTINGS, { sub: 'jane', groups: 'support', ...claims })).toMatchObject({ name }),
  );

  it('has one credential at each sign-in, and another one at another issuer', () => {
    const credentialOf = (settings: OidcSettings, sub: string) => {
      const user = userOf(settings, { sub, groups: 'support' });
      return user.kind === 'user' ? user.credential : undefined;
    };
    const jane = credentialOf(SETTINGS, 'jane');
    expect(jane).toMatch(/^usr_[0-9a-f]{32}$/);
    expect(credentialOf(SETTINGS, 'jane')).toBe(jane);
    expect(credentialOf(SETTINGS, 'joe')).not.toBe(jane);
    expect(credentialOf({ ...SETTINGS, issuer: 'https://other.example.com' }, 'jane')).not.toBe(jane);
  });
});
