import { createHmac } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Header } from '../../../cli/verify/captured.ts';
import { judge, type Question, type Verdict } from '../../../cli/verify/judge.ts';
import type { ProblemKind } from '../../../cli/verify/problems.ts';
import { PROBLEM_KINDS } from '../../../cli/verify/problems.ts';
import { keyIdOf } from '../../../lambdas/targets/signature.ts';
import type { SignatureScheme } from '../../../lambdas/targets/signature-schemes/names.ts';
import { runs } from '../../helpers/runs.ts';
import { AT, type Message, pair, SCHEMES, SECONDS, signedBy, withHeader, without } from './requests.ts';

const JSON_TEXT =
  '{"amount":1200.50,"currency":"EUR","customer":{"name":"Zoë","site":"https://example.com/a"},"lines":[1,2],"note":"a \\u0026 b"}';
const MESSAGE: Message = {
  id: 'evt_01M7YZMFHGV2N9CR0Q6WV7Z1QZ',
  seconds: SECONDS,
  body: Buffer.from(JSON_TEXT),
};
/** What is found is found far below the usual bounds. */
const LITTLE = { changes: 20e6, variants: 40e6, headers: 200e6, oneByte: 20e6 };

const given = (text: string, from = '--secret') => ({ text, from });

/** What is said of a request that is captured with some change. */
async function verdict(
  scheme: SignatureScheme,
  {
    message = MESSAGE,
    body = message.body,
    change = (headers) => headers,
    ...others
  }: Partial<Omit<Question, 'headers'>> & {
    message?: Message;
    body?: Buffer;
    change?: (headers: Header[]) => Header[];
  } = {},
): Promise<Verdict> {
  const { sender, endpoint } = pair(scheme, 1);
  const headers = change(await signedBy(scheme, [sender], message));
  const asked = { secrets: [given(endpoint)], at: AT + 5000, tolerance: 300, effort: LITTLE };
  return judge({ ...asked, ...others, headers, body });
}

const kinds = ({ problems }: Verdict): ProblemKind[] => problems.map(({ kind }) => kind);
const said = ({ problems }: Verdict): string => problems.map(({ message }) => message).join('\n');

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

/** What happened to a body on its way to `verify`. */
const BODY_FAULTS: readonly (readonly [string, ProblemKind, unknown, (body: Buffer) => Buffer])[] = [
  [
    'a line break at its end',
    'body_changed',
    ['trailing_newline'],
    (body) => Buffer.concat([body, Buffer.from('\n')]),
  ],
  [
    'CR LF at its end',
    'body_changed',
    ['trailing_newline'],
    (body) => Buffer.concat([body, Buffer.from('\r\n')]),
  ],
  ['spaces around it', 'body_changed', ['trimmed'], (body) => Buffer.from(`  ${body} \n`)],
  ['a byte order mark', 'body_changed', ['bom'], (body) => Buffer.from(`\ufeff${body}`)],
  ['UTF-16 of PowerShell', 'body_changed', ['utf16'], (body) => Buffer.from(`\ufeff${body}`, 'utf16le')],
  [
    'UTF-16 of PowerShell with its line break',
    'body_changed',
    ['utf16', 'trailing_newline'],
    (body) => Buffer.from(`\ufeff${body}\r\n`, 'utf16le'),
  ],
  ['Latin-1 as UTF-8', 'body_changed', ['charset'], (body) => Buffer.from(body.toString('latin1'))],
  ['Latin-1', 'body_changed', ['charset'], (body) => Buffer.from(body.toString(), 'latin1')],
  [
    'accents taken apart',
    'body_changed',
    ['normalised'],
    (body) => Buffer.from(body.toString().normalize('NFD')),
  ],
  ['base64', 'body_changed', ['base64'], (body) => Buffer.from(body.toString('base64'))],
  ['hexadecimal', 'body_changed', ['hexadecimal'], (body) => Buffer.from(body.toString('hex'))],
  ['a JSON string', 'body_changed', ['json_string'], (body) => Buffer.from(JSON.stringify(body.toString()))],
  [
    'the inside of a JSON string',
    'body_changed',
    ['json_string'],
    (body) => Buffer.from(JSON.stringify(body.toString()).slice(1, -1)),
  ],
  ['quotes of a shell', 'body_changed', ['quotes'], (body) => Buffer.from(`'${body}'`)],
  [
    'URL-encoded',
    'body_changed',
    ['url_encoded'],
    (body) => Buffer.from(encodeURIComponent(body.toString())),
  ],
  [
    'HTML',
    'body_changed',
    ['html'],
    (body) => Buffer.from(body.toString().replaceAll('&', '&amp;').replaceAll('"', '&quot;')),
  ],
  [
    'its headers before it',
    'body_changed',
    ['headers_in_body'],
    (body) => Buffer.from(`POST /hook HTTP/1.1\r\nhost: a\r\n\r\n${body}`),
  ],
  [
    'chunks',
    'body_changed',
    ['chunked'],
    (body) =>
      Buffer.from(
        `5\r\n${body.subarray(0, 5)}\r\n${(body.length - 5).toString(16)}\r\n${body.subarray(5)}\r\n0\r\n\r\n`,
      ),
  ],
  ['gzip', 'body_changed', ['compressed'], (body) => gzipSync(body)],
  ['brotli', 'body_changed', ['compressed'], (body) => brotliCompressSync(body)],
  ['the % of zsh', 'body_changed', ['percent_sign'], (body) => Buffer.from(`${body}%`)],
  ['two changes', 'body_changed', ['trailing_newline', 'bom'], (body) => Buffer.from(`\ufeff${body}\n`)],
  ['JSON written by JavaScript', 'reserialised_json', ['escapes', 'numbers'], anew],
  ['JSON with indentation', 'reserialised_json', ['spaces'], indented],
  ['JSON written by Python', 'reserialised_json', undefined, python],
  [
    'JSON with a line break',
    'reserialised_json',
    ['escapes', 'numbers'],
    (body) => Buffer.from(`${anew(body)}\n`),
  ],
  ['another digit', 'altered_byte', undefined, (body) => edited(body, '1200', '1300')],
  ['another letter', 'altered_byte', undefined, (body) => edited(body, 'EUR', 'EUB')],
  ['a digit more', 'altered_byte', undefined, (body) => edited(body, '1200', '12000')],
  ['a digit less', 'altered_byte', undefined, (body) => edited(body, '1200', '120')],
];

function edited(body: Buffer, what: string, by: string): Buffer {
  return Buffer.from(body.toString().replace(what, by));
}
function anew(body: Buffer): Buffer {
  return Buffer.from(JSON.stringify(JSON.parse(body.toString())));
}
function indented(body: Buffer): Buffer {
  const spaced = body.toString().replaceAll(/([{,])"/g, '$1\n  "');
  return Buffer.from(spaced);
}
/** Spaces and numbers of Python, escapes as they are. */
function python(body: Buffer): Buffer {
  return Buffer.from(
    body
      .toString()
      .replaceAll('":', '": ')
      .replaceAll(/,(["\d])/g, ', $1')
      .replace('1200.50', '1200.5'),
  );
}

describe('a body that was changed on its way (A20)', () => {
  const schemes = SCHEMES.filter((scheme) => scheme !== 'ed25519');
  const cases = schemes.flatMap((scheme) =>
    BODY_FAULTS.map(([name, kind, detail, change]) => [scheme, name, kind, detail, change] as const),
  );

  it.each(cases)('by %s: %s is %s', async (scheme, _, kind, detail, change) => {
    const answer = await verdict(scheme, { body: change(MESSAGE.body) });
    expect([answer.verifies, kinds(answer)], said(answer)).toEqual([false, [kind]]);
    if (detail)
      expect(answer.problems[0]![kind === 'reserialised_json' ? 'aspects' : 'changes']).toEqual(detail);
    expect(answer.key?.from).toBe('--secret');
  });

  it.each(BODY_FAULTS.filter(([, kind]) => kind === 'body_changed'))(
    'by ed25519, which is slower to try: %s',
    async (_, kind, detail, change) => {
      const answer = await verdict('ed25519', {
        body: change(MESSAGE.body),
        effort: { ...LITTLE, changes: 400e6 },
      });
      expect([kinds(answer), answer.problems[0]!.changes]).toEqual([[kind], detail]);
    },
  );

  const written = (text: string, captured: string, aspects: readonly string[]) =>
    [text, captured, aspects] as const;
  it.each([
    written('{"a":1,"b":[true,null]}', '{\n  "a": 1,\n  "b": [\n    true,\n    null\n  ]\n}\n', ['spaces']),
    written('{\n    "a": 1,\n    "b": {}\n}', '{"a":1,"b":{}}', ['spaces']),
    written('{"a": 1, "b": [1, 2]}', '{"a":1,"b":[1,2]}', ['spaces']),
    written('{"url":"http:\\/\\/a\\/b"}', '{"url":"http://a/b"}', ['escapes']),
    written('{"name":"Zo\\u00eb"}', '{"name":"Zoë"}', ['escapes']),
    written('{"name":"Zoë"}', '{"name":"Zo\\u00eb"}', ['escapes']),
    written('{"html":"\\u003cb\\u003e"}', '{"html":"<b>"}', ['escapes']),
    written('{"a":5.0,"b":7}', '{"a":5,"b":7}', ['numbers']),
    written('{"a":1200.50,"b":7}', '{"a":1200.5,"b":7}', ['numbers']),
    written('{"a":1000}', '{"a":1e3}', ['numbers']),
    written('{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}', ['spaces', 'order of keys']),
    written('{"name": "Zo\\u00eb", "a": 1}', '{"name":"Zoë","a":1}', ['spaces', 'escapes']),
  ])('knows %s in %s', async (text, captured, aspects) => {
    const answer = await verdict('standard', {
      message: { ...MESSAGE, body: Buffer.from(text) },
      body: Buffer.from(captured),
    });
    expect([kinds(answer), answer.problems[0]?.aspects], said(answer)).toEqual([
      ['reserialised_json'],
      aspects,
    ]);
  });

  it.each([
    ['\n', '', ['lost_newline']],
    ['\r\n', '', ['lost_newline']],
    ['\r\nb\r\n', '\nb\n', ['line_breaks']],
    ['\nb\n', '\r\nb\r\n', ['line_breaks']],
    ['\r\nb\r\n', '\nb', ['lost_newline', 'line_breaks']],
  ])('knows line breaks %j as %j', async (signed, captured, changes) => {
    const answer = await verdict('standard', {
      message: { ...MESSAGE, body: Buffer.from(`a${signed}`) },
      body: Buffer.from(`a${captured}`),
    });
    expect([kinds(answer), answer.problems[0]?.changes]).toEqual([['body_changed'], changes]);
  });

  it('knows bytes that a proxy decompressed', async () => {
    const packed = gzipSync(MESSAGE.body);
    // The official library signs text alone.
    const headers = (await signedBy('standard', [pair('standard', 1).sender], MESSAGE)).map((one) =>
      one.name === 'webhook-signature' ? { ...one, value: standardOf(packed) } : one,
    );
    const asked = { headers, secrets: [given(pair('standard', 1).endpoint)], at: AT, tolerance: 300 };
    expect(judge({ ...asked, body: packed }).verifies).toBe(true);
    expect(judge({ ...asked, body: MESSAGE.body }).problems[0]).toMatchObject({ changes: ['decompressed'] });
  });

  it('sees a body that is cut by its length, and one that is part of a batch', async () => {
    const length = (headers: Header[]) => withHeader(headers, 'content-length', String(MESSAGE.body.length));
    const cut = await verdict('standard', { body: MESSAGE.body.subarray(0, 40), change: length });
    expect(kinds(cut)).toEqual(['wrong_length']);
    expect(said(cut)).toContain(`content-length says ${MESSAGE.body.length} bytes, and it has 40`);
    const batch = await verdict('standard', {
      message: { ...MESSAGE, body: Buffer.from(`[{"id":"evt_1","data":${JSON_TEXT}}]`) },
      body: MESSAGE.body,
      change: (headers) => withHeader(headers, 'posthorn-batch', '1'),
    });
    expect(kinds(batch)).toEqual(['part_of_batch']);
  });
});

function standardOf(body: Uint8Array): string {
  const key = Buffer.from(pair('standard', 1).sender.slice('whsec_'.length), 'base64');
  const hmac = createHmac('sha256', key).update(`${MESSAGE.id}.${MESSAGE.seconds}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}

describe('headers (A20)', () => {
  const time = 'webhook-timestamp';
  const faults: readonly (readonly [string, readonly ProblemKind[], (headers: Header[]) => Header[]])[] = [
    ['no id', ['missing_header', 'no_secret_fits'], (headers) => without(headers, 'webhook-id')],
    ['no time', ['missing_header', 'no_secret_fits'], (headers) => without(headers, time)],
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

describe('whatever the request (A16, A20)', () => {
  const anyScheme = fc.constantFrom(...SCHEMES);
  const body = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => Buffer.from(text)),
  );
  const bounds = { changes: 5e6, variants: 5e6, headers: 5e6, oneByte: 1e6 };

  it('verifies as it came, and never with one byte altered', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyScheme,
        body,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (scheme, bytes, at, by) => {
          fc.pre(bytes.length > 0);
          const message = { ...MESSAGE, body: bytes };
          expect(await verdict(scheme, { message })).toMatchObject({ verifies: true, problems: [] });
          const altered = Buffer.from(bytes);
          altered[at % bytes.length]! ^= by;
          const answer = await verdict(scheme, { message, body: altered, effort: bounds });
          expect(answer.verifies).toBe(false);
          expect(answer.problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('finds the byte that was altered in a small body', async () => {
    const text = fc.stringMatching(/^[a-z0-9 ]{1,60}$/);
    const letter = fc.stringMatching(/^[a-z0-9]$/);
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), letter, async (signed, place, by) => {
        const at = place % signed.length;
        const captured = `{"a":"${signed.slice(0, at)}${by}${signed.slice(at + 1)}"}`;
        const message = { ...MESSAGE, body: Buffer.from(`{"a":"${signed}"}`) };
        fc.pre(!message.body.equals(Buffer.from(captured)));
        const answer = await verdict('standard', {
          message,
          body: Buffer.from(captured),
          effort: { ...bounds, oneByte: 100e6 },
        });
        expect(answer.problems).toMatchObject([{ kind: 'altered_byte', change: 'replaced', at: at + 6 }]);
      }),
      { numRuns: runs(30) },
    );
  });

  it('never takes another secret, id or time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('standard' as const, 'ed25519' as const),
        fc.integer({ min: 2, max: 255 }),
        body,
        async (scheme, seed, bytes) => {
          const message = { ...MESSAGE, body: bytes };
          const secret = await verdict(scheme, {
            message,
            secrets: [given(pair(scheme, seed).endpoint)],
            effort: bounds,
          });
          expect(secret.verifies).toBe(false);
          for (const name of ['webhook-id', 'webhook-timestamp']) {
            const change = (headers: Header[]) => withHeader(headers, name, String(SECONDS + seed));
            expect((await verdict(scheme, { message, change, effort: bounds })).verifies).toBe(false);
          }
        },
      ),
      { numRuns: runs(20) },
    );
  });

  it('has words for each kind of problem', () => {
    expect(new Set(PROBLEM_KINDS).size).toBe(PROBLEM_KINDS.length);
  });
});
