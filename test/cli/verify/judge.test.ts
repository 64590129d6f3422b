import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Header } from '../../../cli/verify/captured.ts';
import { judge } from '../../../cli/verify/judge.ts';
import type { ProblemKind } from '../../../cli/verify/problems.ts';
import { keyIdOf } from '../../../lambdas/targets/signature.ts';
import type { SignatureScheme } from '../../../lambdas/targets/signature-schemes/names.ts';
import { AT, pair, SCHEMES, SECONDS, signedBy, withHeader, without } from './requests.ts';
import { given, JSON_TEXT, kinds, LITTLE, MESSAGE, said, standardOf, verdict } from './verdicts.ts';

describe('a request as it came (A16, A20)', () => {
  it.each(SCHEMES)('verifies by %s', async (scheme) => {
    const { sender } = pair(scheme, 1);
    expect(await verdict(scheme)).toMatchObject({
      verifies: true,
      scheme,
      webhookId: MESSAGE.id,
      signedAt: '2026-11-28T12:00:00.000Z',
      key: { id: keyIdOf(scheme, sender), from: '--secret' },
      problems: [],
    });
  });

  it('verifies by each of several secrets, and says which is the older one', async () => {
    const [newer, older] = [pair('standard', 1), pair('standard', 2)];
    const headers = await signedBy('standard', [newer.sender, older.sender], MESSAGE);
    const ask = (text: string) =>
      judge({ headers, body: MESSAGE.body, secrets: [given(text)], at: AT, tolerance: 300 });
    expect(ask(newer.endpoint)).toMatchObject({ verifies: true, notes: [] });
    expect(ask(older.endpoint)).toMatchObject({ verifies: true, notes: [{ kind: 'older_secret' }] });
  });

  it("finds the older one in the header that GitHub's libraries do not read", async () => {
    const secrets = [pair('sha256', 1).sender, pair('sha256', 2).sender];
    const headers = await signedBy('sha256', secrets, MESSAGE);
    const asked = { headers, body: MESSAGE.body, secrets: [given(secrets[1]!)], at: AT };
    const { verifies, notes } = judge(asked);
    expect([verifies, notes[0]?.kind]).toEqual([true, 'older_secret']);
    expect(notes[0]?.message).toContain('x-hub-signature-256-old');
  });

  it('verifies a secret that was given as text', async () => {
    const text = 'a secret of twenty-four and more';
    const headers = await signedBy('standard', [`whsec_${Buffer.from(text).toString('base64')}`], MESSAGE);
    const asked = { headers, body: MESSAGE.body, secrets: [given(text)], at: AT, tolerance: 300 };
    expect(judge(asked).verifies).toBe(true);
  });

  it('says that sha256 proves no time, and asks for none', async () => {
    const answer = await verdict('sha256', { at: AT + 1e9 });
    expect([answer.verifies, answer.notes.map(({ kind }) => kind)]).toEqual([true, ['unsigned_time']]);
  });
});

describe('headers (A20)', () => {
  const time = 'webhook-timestamp';
  const faults: readonly (readonly [string, readonly ProblemKind[], (headers: Header[]) => Header[]])[] = [
    ['no id', ['missing_header'], (headers) => without(headers, 'webhook-id')],
    ['no time', ['missing_header'], (headers) => without(headers, time)],
    ['no signature', ['missing_header'], (headers) => without(headers, 'webhook-signature')],
    ['none at all', ['missing_header', 'missing_header', 'missing_header'], () => []],
    [
      'the id twice',
      ['repeated_header'],
      (headers) => [...headers, { name: 'webhook-id', value: MESSAGE.id }],
    ],
    [
      'the id twice, joined',
      ['repeated_header'],
      (headers) => withHeader(headers, 'webhook-id', `${MESSAGE.id}, ${MESSAGE.id}`),
    ],
    ['two ids', ['repeated_header'], (headers) => [{ name: 'webhook-id', value: 'msg_1' }, ...headers]],
    [
      'the signature twice',
      ['repeated_header'],
      (headers) => [...headers, headers.find(({ name }) => name === 'webhook-signature')!],
    ],
    [
      'a signature of another form',
      ['malformed_header'],
      (headers) => withHeader(headers, 'webhook-signature', 'abc'),
    ],
    [
      'a time in milliseconds',
      ['malformed_header', 'header_changed'],
      (headers) => withHeader(headers, time, `${SECONDS}000`),
    ],
    [
      'a time as a date',
      ['malformed_header', 'header_changed'],
      (headers) => withHeader(headers, time, new Date(AT).toISOString()),
    ],
    ['a newer time', ['header_changed'], (headers) => withHeader(headers, time, String(SECONDS + 2))],
    [
      'an id in capitals',
      ['header_changed'],
      (headers) => withHeader(headers, 'webhook-id', MESSAGE.id.toUpperCase()),
    ],
    [
      'an id in quotes',
      ['header_changed'],
      (headers) => withHeader(headers, 'webhook-id', `"${MESSAGE.id}"`),
    ],
    [
      'an id with another character',
      ['header_changed'],
      (headers) => withHeader(headers, 'webhook-id', MESSAGE.id.replace('M', 'N')),
    ],
    [
      'an id cut by one',
      ['header_changed'],
      (headers) => withHeader(headers, 'webhook-id', MESSAGE.id.slice(0, -1)),
    ],
    [
      'an id that was replaced',
      ['header_changed'],
      (headers) => [
        ...withHeader(headers, 'webhook-id', 'mine'),
        { name: 'x-original-id', value: MESSAGE.id },
      ],
    ],
  ];

  it.each(faults)('%s: %j', async (_, expected, change) => {
    const answer = await verdict('standard', { change });
    expect([answer.verifies, kinds(answer)], said(answer)).toEqual([false, expected]);
  });

  it('can’t tell an id that is another one from a body, and says what it could be', async () => {
    const answer = await verdict('standard', {
      change: (headers) => withHeader(headers, 'webhook-id', 'another one'),
    });
    expect(answer.problems).toMatchObject([
      { kind: 'no_secret_fits', possible: ['secret', 'webhook-id', 'webhook-timestamp', 'body'] },
    ]);
  });

  it('needs neither the id nor the time of a request like GitHub’s', async () => {
    const answer = await verdict('sha256', {
      change: (headers) => without(without(headers, 'webhook-id'), time),
    });
    expect(answer.verifies).toBe(true);
  });
});

describe('the clock (A20)', () => {
  it.each([
    [300, undefined],
    [301, 'too_old'],
    [-300, undefined],
    [-301, 'too_new'],
  ] as const)('%d s after it was signed', async (seconds, kind) => {
    const answer = await verdict('standard', { at: AT + seconds * 1000 });
    expect(kinds(answer)).toEqual(kind ? [kind] : []);
    if (kind) expect(answer.problems[0]!.bySeconds).toBe(1);
  });

  it('says by how much, and what else is wrong', async () => {
    const answer = await verdict('standard', {
      at: AT + (2 * 3600 + 13 * 60 + 300) * 1000,
      body: Buffer.from(`${JSON_TEXT}\n`),
    });
    expect(kinds(answer)).toEqual(['body_changed', 'too_old']);
    expect(said(answer)).toContain('2 h 18 min before it arrived, 2 h 13 min more than the 5 min allowed');
  });

  it('can be left out', async () => {
    expect((await verdict('standard', { at: 0, tolerance: undefined })).verifies).toBe(true);
  });
});

describe('secrets (A20)', () => {
  const other = (scheme: SignatureScheme) => given(pair(scheme, 2).endpoint, 'my file');

  it.each(SCHEMES)('a wrong one of %s is named by its id', async (scheme) => {
    const answer = await verdict(scheme, { secrets: [other(scheme)] });
    expect(kinds(answer)).toEqual(['no_secret_fits']);
    const id = keyIdOf(scheme, pair(scheme, 2).sender);
    expect(answer.problems[0]).toMatchObject({ keyIds: [id] });
    expect(said(answer)).toContain(`key ${id} (my file)`);
  });

  it.each(SCHEMES)('a wrong one of %s is known by those of the target', async (scheme) => {
    const known = [given(pair(scheme, 1).endpoint, 'tgt_1')];
    const answer = await verdict(scheme, { secrets: [other(scheme)], known });
    expect(kinds(answer)).toEqual(['wrong_secret']);
    expect(said(answer)).toContain(`key ${keyIdOf(scheme, pair(scheme, 1).sender)} of tgt_1`);
  });

  it('a wrong one is known beside a body that was changed as well', async () => {
    const known = [given(pair('standard', 1).endpoint, 'tgt_1')];
    const body = Buffer.from(`${JSON_TEXT}\n`);
    const answer = await verdict('standard', { secrets: [other('standard')], known, body });
    expect(kinds(answer)).toEqual(['body_changed', 'wrong_secret']);
  });

  it('one that the target has no more is told', async () => {
    const answer = await verdict('standard', { known: [{ ...other('standard'), from: 'tgt_1' }] });
    expect([answer.verifies, answer.notes[0]?.kind]).toEqual([true, 'former_secret']);
  });

  it('one that had ended signs nothing', async () => {
    const { endpoint } = pair('standard', 1);
    const ask = (expiresAt: number) =>
      verdict('standard', { secrets: [{ ...given(endpoint, 'tgt_1'), expiresAt }] });
    expect(kinds(await ask(AT - 1000))).toEqual(['expired_secret']);
    expect(await ask(AT + 60_000)).toMatchObject({ verifies: true, notes: [{ kind: 'ends' }] });
  });

  const bytes = Buffer.alloc(32, 1);
  it.each([
    ['without whsec_', 'standard', bytes.toString('base64')],
    ['in quotes', 'standard', `"${pair('standard', 1).endpoint}"`],
    ['with a space', 'sha256', `${pair('sha256', 1).endpoint} `],
    ['as hexadecimal', 'standard', bytes.toString('hex')],
  ] as const)('the right one %s is known', async (_, scheme, text) => {
    const answer = await verdict(scheme, { secrets: [given(text)] });
    expect([answer.verifies, kinds(answer)]).toEqual([false, ['secret_form']]);
  });

  it.each([
    ['cut', 'standard', 'whsec_AQEB', 'malformed_secret'],
    ['of another sort', 'ed25519', pair('standard', 1).endpoint, 'wrong_scheme'],
    ['of another sort', 'standard', pair('ed25519', 1).endpoint, 'wrong_scheme'],
    ['short', 'sha256', 'abc', 'malformed_secret'],
  ] as const)('one that is %s for %s', async (_, scheme, text, kind) => {
    const answer = await verdict(scheme, { secrets: [given(text)] });
    expect(kinds(answer)).toEqual([kind]);
  });

  it('never shows one', async () => {
    for (const scheme of SCHEMES) {
      for (const secrets of [[pair(scheme, 1)], [pair(scheme, 2)]]) {
        const text = secrets[0]!.endpoint;
        const answer = await verdict(scheme, { secrets: [given(text)], body: Buffer.from('another') });
        const shown = JSON.stringify(answer);
        expect(shown).not.toContain(text);
        expect(shown).not.toContain(text.replace(/^wh\w+_/, ''));
      }
    }
  });
});

describe('schemes (A20)', () => {
  const { endpoint } = pair('standard', 1);
  const text = MESSAGE.body;
  const hmac = (key: string | Buffer, signed: string) =>
    createHmac('sha256', key).update(signed).update(text);
  const key = Buffer.from(endpoint.slice('whsec_'.length), 'base64');
  const asked = { body: text, secrets: [given(endpoint)], at: AT, tolerance: 300, effort: LITTLE };
  const of = (value: string, name = 'webhook-signature') =>
    judge({
      ...asked,
      headers: [
        { name: 'webhook-id', value: MESSAGE.id },
        { name: 'webhook-timestamp', value: String(SECONDS) },
        { name, value },
      ],
    });

  it.each([
    ['the body alone', `v1,${hmac(key, '').digest('base64')}`, 'wrong_scheme'],
    ['the time and the body', `v1,${hmac(key, `${SECONDS}.`).digest('base64')}`, 'wrong_scheme'],
    ['hexadecimal', `v1,${hmac(key, `${MESSAGE.id}.${SECONDS}.`).digest('hex')}`, 'wrong_scheme'],
    [
      'the text of the secret',
      `v1,${hmac(endpoint, `${MESSAGE.id}.${SECONDS}.`).digest('base64')}`,
      'secret_form',
    ],
  ] as const)('knows a signature of %s', (_, value, kind) => {
    expect(kinds(of(value))).toEqual([kind]);
  });

  it('knows a signature like GitHub’s that is keyed with the bytes behind whsec_', () => {
    expect(kinds(of(`sha256=${hmac(key, '').digest('hex')}`, 'x-hub-signature-256'))).toEqual([
      'secret_form',
    ]);
  });

  it('says when the target signs by another scheme', async () => {
    const answer = await verdict('sha256', { scheme: 'standard' });
    expect(answer.problems[0]).toMatchObject({ kind: 'wrong_scheme', has: ['sha256'], wanted: 'standard' });
  });

  const foreign = (headers: Readonly<Record<string, string>>, secret: string) =>
    judge({
      ...asked,
      secrets: [given(secret)],
      headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    });
  const hex = (secret: string, signed: string, algorithm = 'sha256') =>
    createHmac(algorithm, secret).update(signed).update(text).digest('hex');

  it.each([
    ['stripe', { 'stripe-signature': `t=1,v1=${hex('whsec_test_1', '1.')},v0=ab` }, 'whsec_test_1'],
    [
      'svix',
      { 'svix-id': MESSAGE.id, 'svix-timestamp': String(SECONDS), 'svix-signature': standardOf(text) },
      endpoint,
    ],
    [
      'github',
      { 'x-github-event': 'push', 'x-hub-signature': `sha1=${hex('a secret', '', 'sha1')}` },
      'a secret',
    ],
    [
      'slack',
      { 'x-slack-request-timestamp': '1', 'x-slack-signature': `v0=${hex('a secret', 'v0:1:')}` },
      'a secret',
    ],
    [
      'shopify',
      { 'x-shopify-hmac-sha256': createHmac('sha256', 'a secret').update(text).digest('base64') },
      'a secret',
    ],
  ])('knows a request of %s, and whether its signature is right', (sender, headers, secret) => {
    expect(foreign(headers, secret)).toMatchObject({
      verifies: false,
      problems: [{ kind: 'foreign_scheme', sender, fits: true }],
    });
    expect(foreign(headers, 'another secret').problems[0]).toMatchObject({ sender, fits: false });
  });
});
