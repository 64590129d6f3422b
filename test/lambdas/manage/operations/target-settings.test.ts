import { describe, expect, it } from 'vitest';
import { makerOf } from '../../../../lambdas/config/maker.ts';
import { ANY_PORT } from '../../../../lambdas/http-client/ports.ts';
import { HIDDEN, withoutQuery } from '../../../../lambdas/manage/hide-secrets.ts';
import {
  rotated,
  settingsOf,
  targetFrom,
  targetProblem,
} from '../../../../lambdas/manage/operations/target-settings.ts';
import { secretProblem } from '../../../../lambdas/targets/signature.ts';
import type { Target } from '../../../../lambdas/targets/target.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-21T12:00:00Z');
const at = (hours: number) => makerOf(Buffer.alloc(32, hours + 1), NOON + hours * HOUR);
const url = 'https://example.com/hook';
const making = (hours: number, previous?: Target, secret?: string) => ({
  make: at(hours),
  previous,
  secret,
  overlapHours: 24,
});
const first = targetFrom({ url }, making(0));
const strict = { http: false, privateAddresses: false, ports: ANY_PORT };

describe('a new target', () => {
  it('has defaults for all that is left out', () => {
    expect(settingsOf(first)).toMatchObject({
      signature: 'standard',
      timeoutSeconds: 15,
      active: true,
      challengeRequired: false,
    });
    expect(first).toMatchObject({ revision: 1, createdAt: '2026-11-21T12:00:00.000Z' });
  });

  it.each(['standard', 'sha256', 'ed25519'] as const)('gets a secret that can sign: %s', (signature) => {
    const { secrets } = targetFrom({ url, signature }, making(0));
    expect(secrets).toHaveLength(1);
    expect(secretProblem(signature, secrets[0]!.value)).toBeUndefined();
  });
});

const TEXT = 'a text of twenty-four or more bytes';
const asKept = `whsec_${Buffer.from(TEXT).toString('base64')}`;
const whsec = `whsec_${Buffer.alloc(32).toString('base64')}`;
const whsk = `whsk_${Buffer.alloc(32, 1).toString('base64')}`;

describe('a secret of the owner (A16)', () => {
  it.each([
    [TEXT, undefined, 'standard', asKept],
    [whsec, undefined, 'standard', whsec],
    [whsk, undefined, 'ed25519', whsk],
    [TEXT, 'standard', 'standard', asKept],
    [TEXT, 'sha256', 'sha256', TEXT],
    [whsec, 'sha256', 'sha256', whsec],
  ] as const)('%s, with signature %s, signs as %s', (secret, wanted, signature, value) => {
    const target = targetFrom({ url, signature: wanted }, making(0, undefined, secret));
    expect(target).toMatchObject({ signature, secrets: [{ value }] });
    expect(targetProblem(target, strict)).toBeUndefined();
    const unchanged = { signature, secrets: [{ value }] };
    expect(targetFrom({ url, signature: wanted }, making(1, target))).toMatchObject(unchanged);
    expect(targetFrom({ url }, making(1, target))).toMatchObject(unchanged);
    // The same secret again, as it was given or as it is shown, replaces nothing.
    for (const again of [secret, value]) {
      expect(targetFrom(settingsOf(target), making(1, target, again)).secrets).toEqual(target.secrets);
    }
    // The same, in a rotation.
    expect(rotated(first, making(1, undefined, TEXT))[0]!.value).toBe(asKept);
  });

  it('keeps the scheme of its target', () => {
    const target = targetFrom({ url, signature: 'sha256' }, making(0));
    expect(targetFrom({ url }, making(1, target, TEXT))).toMatchObject({
      signature: 'sha256',
      secrets: [{ value: TEXT }, {}],
    });
  });
});

describe('settings', () => {
  const settings = {
    url,
    regions: { eu: 'https://eu.example.com/' },
    headers: { 'x-team': 'orders', authorization: 'Bearer abc' },
    retry: { schedule: [1, 2], jitter: 0 },
    rateLimit: { perSecond: 5 },
    batching: { maxEvents: 10, maxSeconds: 5 },
    challengeRequired: true,
    description: 'a',
    metadata: { b: 'c' },
    active: false,
  };
  const target = targetFrom(settings, making(0));

  it('can be written as they were read, and nothing changes', () => {
    const again = targetFrom(settingsOf(target), making(1, target));
    expect(again).toEqual({ ...target, updatedAt: '2026-11-21T13:00:00.000Z' });
  });

  it('hide the values of headers', () => {
    expect(settingsOf(target).headers).toEqual({ 'x-team': HIDDEN, authorization: HIDDEN });
  });

  it('are written back as they were shown, with the queries of URLs hidden', () => {
    const keyed = { url: `${url}?key=abc`, regions: { eu: 'https://eu.example.com/?key=def' } };
    const before = targetFrom(keyed, making(0));
    const asShown = { url: withoutQuery(keyed.url), regions: { eu: withoutQuery(keyed.regions.eu) } };
    expect(asShown).toEqual({
      url: `${url}?${HIDDEN}`,
      regions: { eu: `https://eu.example.com/?${HIDDEN}` },
    });
    expect(targetFrom(asShown, making(1, before))).toMatchObject(keyed);
    const elsewhere = targetFrom({ url: `https://evil.example.com/hook?${HIDDEN}` }, making(1, before));
    expect(elsewhere.url).not.toContain('abc');
    expect(targetProblem(elsewhere, strict)).toMatchObject({ field: 'url' });
  });

  it.each<[string, object, boolean]>([
    ['to the same host', {}, true],
    ['to another path of it', { url: 'https://api.example.com/v2' }, true],
    ['to the same host without TLS', { url: 'http://api.example.com/v1' }, false],
    ['to another port of it', { url: 'https://api.example.com:8443/v1' }, false],
    ['to one more region at that host', { regions: { eu: 'https://api.example.com/eu' } }, true],
    ['to one more region without TLS', { regions: { eu: 'http://api.example.com/eu' } }, false],
    ['to one more region elsewhere', { regions: { eu: 'https://evil.example/eu' } }, false],
    ['with a token of the same host without TLS', { tokenUrl: 'http://id.example.com/token' }, false],
    ['with a token of elsewhere', { tokenUrl: 'https://evil.example/token' }, false],
  ])(
    'keep credentials that are written back hidden %s: %s',
    (_, { tokenUrl, ...change }: { tokenUrl?: string }, isKept) => {
      const auth = {
        type: 'oauth2',
        tokenUrl: 'https://id.example.com/token',
        clientId: 'id',
        clientSecret: 's3cret',
      } as const;
      const own = { kind: 'http', url: 'https://api.example.com/v1', headers: { 'x-key': 'k3y' } } as const;
      const before = targetFrom({ ...own, http: { auth } }, making(0));
      const shown = settingsOf(before);
      expect(JSON.stringify(shown)).not.toMatch(/s3cret|k3y/);
      const http = { auth: { ...auth, clientSecret: HIDDEN, ...(tokenUrl && { tokenUrl }) } };
      const after = targetFrom({ ...shown, http, ...change }, making(1, before));
      expect(JSON.stringify(after).includes('s3cret')).toBe(isKept);
      const lax = { ...strict, http: true };
      if (isKept) expect(targetProblem(after, lax)).toBeUndefined();
      else expect(targetProblem(after, lax)?.message).toMatch(/there is none that \[hidden\] stands for/);
    },
  );

  it('keep hidden values where their host gets TLS', () => {
    const before = targetFrom({ url: 'http://api.example.com', headers: { 'x-key': 'k3y' } }, making(0));
    const next = { ...settingsOf(before), url: 'https://api.example.com' };
    expect(targetFrom(next, making(1, before)).headers).toEqual({ 'x-key': 'k3y' });
  });

  it('keep the challenge that was passed, unless it is about another endpoint', () => {
    const again = targetFrom({ ...settingsOf(target), timeoutSeconds: 3 }, making(1, target));
    expect(again.challenge).toEqual(target.challenge);
    const elsewhere = { ...settingsOf(target), url: 'https://other.example.com' };
    const moved = targetFrom(elsewhere, making(1, target));
    expect(moved.challenge).not.toEqual(target.challenge);
    expect(targetFrom({ url }, making(1, target)).challenge).toBeUndefined();
  });
});

describe('secrets', () => {
  it('sign together with their successor for the overlap, and not longer', () => {
    const second = { ...first, secrets: rotated(first, making(0)) };
    expect(second.secrets.map(({ expiresAt }) => expiresAt)).toEqual([undefined, '2026-11-22T12:00:00.000Z']);
    expect(second.secrets[1]!.value).toBe(first.secrets[0]!.value);
    const later = targetFrom(settingsOf(second), making(25, second));
    expect(later.secrets).toEqual([second.secrets[0]]);
  });

  it('are at most three at once, however often they are replaced', () => {
    let target = first;
    for (let i = 0; i < 5; i++) target = { ...target, secrets: rotated(target, making(i)) };
    expect(target.secrets).toHaveLength(3);
    expect(target.secrets.filter(({ expiresAt }) => expiresAt === undefined)).toHaveLength(1);
  });

  it('end when they were to end, also when their successor is replaced with a longer overlap', () => {
    const second = { ...first, secrets: rotated(first, making(0)) };
    const third = rotated(second, { ...making(1), overlapHours: 100 });
    expect(third[2]!.expiresAt).toBe('2026-11-22T12:00:00.000Z');
  });

  it('stay when the same one is given again', () => {
    const secret = first.secrets[0]!.value;
    expect(targetFrom({ url }, making(5, first, secret)).secrets).toEqual(first.secrets);
  });

  it('are made anew where the scheme can not use them', () => {
    const changed = targetFrom({ url, signature: 'ed25519' }, making(1, first));
    expect(changed.secrets).toHaveLength(1);
    expect(secretProblem('ed25519', changed.secrets[0]!.value)).toBeUndefined();
  });

  it('are replaced at once without an overlap', () => {
    expect(rotated(first, { ...making(1), overlapHours: 0 })).toHaveLength(1);
  });
});

describe('a target that can not be used', () => {
  it.each([
    ['plain http', { url: 'http://example.com' }, undefined, 'url'],
    ['plain http in a region', { url, regions: { eu: 'http://example.com' } }, undefined, 'regions.eu'],
    ['this machine', { url: 'https://127.1' }, undefined, 'url'],
    ['a private network in a region', { url, regions: { eu: 'https://[fd00::1]' } }, undefined, 'regions.eu'],
    ['a reserved header', { url, headers: { 'webhook-id': 'x' } }, undefined, 'headers.webhook-id'],
    ['a hidden value of no header', { url, headers: { 'x-key': HIDDEN } }, undefined, 'headers.x-key'],
    ['a secret that is too short', { url, signature: 'standard' as const }, 'a plain text', 'secret'],
    ['a secret that is too short, of no scheme', { url }, 'of twenty-three bytes !', 'secret'],
    ['a secret of another scheme', { url, signature: 'standard' as const }, whsk, 'secret'],
    ['a secret of control characters', { url }, 'x'.repeat(30).concat('\n'), 'secret'],
    ['a secret that is no base64', { url }, `whsec_${'!'.repeat(30)}`, 'secret'],
    ['a hidden query of no URL', { url: `${url}?${HIDDEN}` }, undefined, 'url'],
    ['a schedule beyond a day', { url, retry: { schedule: [86_401] } }, undefined, 'retry.schedule'],
  ])('%s', (_, settings, secret, field) => {
    expect(targetProblem(targetFrom(settings, making(0, undefined, secret)), strict)).toMatchObject({
      field,
    });
  });

  it('may be plain http, and on this machine, where the environment allows it', () => {
    const allowed = { http: true, privateAddresses: true, ports: ANY_PORT };
    expect(targetProblem(targetFrom({ url: 'http://localhost:1' }, making(0)), allowed)).toBeUndefined();
  });
});
