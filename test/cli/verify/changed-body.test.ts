import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Header } from '../../../cli/verify/captured.ts';
import { judge } from '../../../cli/verify/judge.ts';
import type { ProblemKind } from '../../../cli/verify/problems.ts';
import { signedHeaders } from '../../builders/signed.ts';
import { AT, pair, SCHEMES, SECONDS, signedBy, withHeader } from './requests.ts';
import { given, JSON_TEXT, kinds, LITTLE, MESSAGE, said, standardOf, verdict } from './verdicts.ts';

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

  // A byte that was altered is looked for in smaller bodies alone, since a signature takes long to check.
  it.each(BODY_FAULTS.filter(([, kind]) => kind !== 'altered_byte'))(
    'by ed25519, which is slower to try: %s',
    async (_, kind, detail, change) => {
      const effort = { ...LITTLE, changes: 400e6, variants: 400e6 };
      const answer = await verdict('ed25519', { body: change(MESSAGE.body), effort });
      expect(kinds(answer), said(answer)).toEqual([kind]);
      if (detail)
        expect(answer.problems[0]![kind === 'reserialised_json' ? 'aspects' : 'changes']).toEqual(detail);
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

describe('a body of bytes (A16, A20)', () => {
  const { sender, endpoint } = pair('standard', 1);
  const bytes = Buffer.from([0, 255, 254, 10, 13, 10, 200, 128]);
  const headers = [
    ...Object.entries(signedHeaders('standard', [sender], { id: 'evt_1', timestamp: SECONDS, body: bytes })),
    ['content-type', 'application/octet-stream'] as const,
  ].map(([name, value]) => ({ name, value }));
  const ask = (body: Buffer) =>
    judge({ headers, body, secrets: [given(endpoint)], at: AT, tolerance: 300, effort: LITTLE });

  it('verifies as it came', () => {
    expect(ask(bytes)).toMatchObject({ verifies: true, problems: [] });
  });

  it.each([
    ['base64', Buffer.from(bytes.toString('base64')), ['base64']],
    ['hexadecimal', Buffer.from(bytes.toString('hex')), ['hexadecimal']],
    ['Latin-1 as UTF-8', Buffer.from(bytes.toString('latin1')), ['charset']],
    ['a line break more', Buffer.concat([bytes, Buffer.from('\n')]), ['trailing_newline']],
  ])('is known as %s', (_, captured, changes) => {
    expect(ask(captured).problems).toMatchObject([{ kind: 'body_changed', changes }]);
  });

  it('that was read as text is lost, and the verdict says so', () => {
    const { problems } = ask(Buffer.from(bytes.toString('utf8')));
    expect(problems).toMatchObject([{ kind: 'no_secret_fits' }]);
    expect(problems[0]!.message).toContain('bytes that are no text were read as text, and are lost');
  });
});

describe('what makes a change likely (A20)', () => {
  const wrong = { secrets: [given(pair('standard', 9).endpoint)], effort: { ...LITTLE, headers: 1e6 } };
  const withOne = (name: string, value: string) => (headers: Header[]) => withHeader(headers, name, value);

  it.each<[string, Partial<Parameters<typeof verdict>[1]>]>([
    ['The body is empty', { body: Buffer.alloc(0) }],
    ['a part of it may be missing', { body: MESSAGE.body.subarray(0, 50) }],
    ['content-encoding: br', { change: withOne('content-encoding', 'br') }],
    ['more than 15 digits', { body: Buffer.from('{"id":12345678901234567000}') }],
    ['has 2 signatures', { change: withOne('webhook-signature', 'v1,AA== v1,BB==') }],
  ])('%s', async (words, others) => {
    const answer = await verdict('standard', { ...wrong, ...others });
    expect(kinds(answer)).toEqual(['no_secret_fits']);
    expect(said(answer)).toContain(words);
  });

  it('is not said where nothing does', async () => {
    expect(said(await verdict('standard', wrong))).toMatch(/can’t be found out from here\.$/);
  });
});
