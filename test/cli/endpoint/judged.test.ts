import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../../cli/endpoint/certificate.ts';
import type { Facts } from '../../../cli/endpoint/check.ts';
import { CHECK_IDS, type CheckId, OPTIONAL_IDS } from '../../../cli/endpoint/check-ids.ts';
import { CHECKS } from '../../../cli/endpoint/checks.ts';
import { probesOf, type Result, selected } from '../../../cli/endpoint/examine.ts';
import { filled, forged, oddlyWritten, rewritten } from '../../../cli/endpoint/payloads.ts';
import { idsFrom, PROBES, type ProbeName, requestOf, type Sender } from '../../../cli/endpoint/probes.ts';
import { answeredText, fateText, type Seen } from '../../../cli/endpoint/seen.ts';
import { summaryText } from '../../../cli/endpoint/show.ts';
import { coloursFor } from '../../../cli/output/colours.ts';
import { decide } from '../../../lambdas/delivery/decide.ts';
import { RETRY_PRESETS } from '../../../lambdas/targets/retry-policy.ts';
import { newSecret } from '../../../lambdas/targets/signature.ts';
import { ulidSource } from '../../../lambdas/values/ids.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const DAY = 86_400_000;

const sender: Sender = {
  url: 'https://shop.example/hook',
  scheme: 'standard',
  secrets: [newSecret('standard', Buffer.alloc(32, 1))],
  stranger: newSecret('standard', Buffer.alloc(32, 2)),
  headers: {},
  type: 'order.paid',
  payload: Buffer.from('{"order":1}'),
  maxBytes: 4_500_000,
  at: NOW,
  ids: idsFrom(ulidSource(), () => NOW),
};

const seen = (about: Partial<Seen> = {}): Seen => ({
  ms: 20,
  status: 200,
  headers: {},
  text: '',
  isWhole: true,
  isReused: true,
  isReconnected: false,
  ...about,
});

type Known = Partial<Omit<Facts, 'sender'>> & {
  answered?: Partial<Record<ProbeName, readonly Seen[]>>;
  url?: string;
};

function judged(
  id: CheckId,
  { answered = {}, url = sender.url, ...known }: Known,
): readonly [string, string] {
  const facts: Facts = {
    sender: { ...sender, url },
    now: NOW,
    timeoutMs: 15_000,
    wanted: new Set(),
    isSecretKnown: true,
    answers: (probe) => answered[probe] ?? [],
    all: (but = []) =>
      Object.entries(answered).flatMap(([probe, all]) => (but.includes(probe as ProbeName) ? [] : all)),
    ...known,
  };
  const { status, seen: said } = CHECKS[id].judge(facts);
  return [status, said];
}

describe('judged (E13)', () => {
  it.each([
    ['https://shop.example/hook', 'pass'],
    ['https://shop.example:8443/hook', 'pass'],
    ['http://shop.example/hook', 'fail'],
    ['https://shop.example:22/hook', 'fail'],
    ['http://localhost:3000/hook', 'skip'],
    ['https://10.0.0.7/hook', 'skip'],
    ['http://[::1]:3000/', 'skip'],
  ])('address %s: %s', (url, status) => expect(judged('address', { url })[0]).toBe(status));

  it.each<[string, Certificate | undefined, string]>([
    ['90 days, of which 61 are left', { validFrom: NOW - 29 * DAY, validTo: NOW + 61 * DAY }, 'pass'],
    ['90 days, of which 10 are left', { validFrom: NOW - 80 * DAY, validTo: NOW + 10 * DAY }, 'fail'],
    ['6 days, of which 3 are left', { validFrom: NOW - 3 * DAY, validTo: NOW + 3 * DAY }, 'pass'],
    ['6 days, of which 1 is left', { validFrom: NOW - 5 * DAY, validTo: NOW + DAY }, 'fail'],
    ['a handshake that failed', { problem: 'no handshake in time' }, 'skip'],
  ])('a certificate of %s', (_, certificate, status) => {
    expect(judged('certificate', { certificate })[0]).toBe(status);
  });

  it.each([
    [[20, 30], 'pass', 'the slowest of 2 took 30 ms'],
    [[20, 2000], 'pass', 'the slowest of 2 took 2.0 s'],
    [[20, 2001], 'fail', 'the slowest of 2 took 2.0 s'],
  ])('times of %j ms: %s', (times, status, said) => {
    const answered = { event: times.map((ms) => seen({ ms })), largest: [seen({ ms: 9000 })] };
    expect(judged('quick', { answered })).toEqual([status, said]);
  });

  it.each([
    [20, [20, 25, 30, 300], 'pass'],
    [300, [310, 600, 900, 1200], 'fail'],
    [100, [100, 200, 300, 400], 'pass'],
    [2000, [2000, 2100, 2000, 2600], 'pass'],
  ])('one alone in %i ms, four in %j: %s', (alone, together, status) => {
    const answered = {
      event: [seen({ ms: alone })],
      again: [seen({ ms: 5 })],
      atOnce: together.map((ms) => seen({ ms })),
    };
    expect(judged('in-parallel', { answered })[0]).toBe(status);
  });

  it.each([
    [seen({ isReused: true }), 'pass'],
    [seen({ isReused: false }), 'fail'],
    [seen({ isReused: true, isReconnected: true }), 'fail'],
  ])('a second request %#: %s', (again, status) => {
    expect(judged('keep-alive', { answered: { event: [seen()], again: [again] } })[0]).toBe(status);
  });

  it.each([
    [200, 'fail'],
    [400, 'pass'],
    [410, 'pass'],
    [429, 'skip'],
    [302, 'warn'],
    [500, 'warn'],
    [undefined, 'warn'],
  ])('a wrong signature that is answered with %s: %s', (status, verdict) => {
    const answer = status === undefined ? { error: 'reset' as const } : { status };
    const { status: _, ...rest } = seen();
    expect(judged('verifies-signature', { answered: { stranger: [{ ...rest, ...answer }] } })[0]).toBe(
      verdict,
    );
  });
});

it.each([
  [{ text: '  wrong\n\tsignature ' }, 'wrong signature'],
  [
    {
      headers: { 'content-type': 'text/html; charset=utf-8' },
      text: '<!DOCTYPE html>\n<title>Error</title><style>a { }</style>\n<pre>No &quot;id&quot; &amp;lt;<br> &nbsp; at x</pre>\n<p cut',
    },
    'Error No "id" &lt; at x',
  ],
  [{ headers: { 'content-type': 'application/json' }, text: '{"error":"<b>"}' }, '{"error":"<b>"}'],
  [{ text: 'x'.repeat(300) }, `${'x'.repeat(200)}…`],
  [{ text: '\n' }, ''],
])('quotes the answer %# in a line (E13)', (answer, line) => {
  expect(answeredText(seen(answer))).toBe(line);
});

it.each([
  [['pass', 'skip'], '✓ A good endpoint. 1 check holds, 1 can’t be told. 2 requests.'],
  [['pass', 'warn'], '✓ All musts hold; 1 should be better: tls. 1 check holds. 2 requests.'],
  [
    ['pass', 'fail', 'warn', 'void'],
    '✗ Not a good endpoint yet. 1 check holds, 1 does not, 1 not made, 1 should be better: certificate. 2 requests.',
  ],
])('sums %j up (E13)', (ends, text) => {
  const results = ends.map((end, at) => ({
    id: CHECK_IDS[at]!,
    level: 'must' as const,
    expected: '',
    seen: '',
    status: (end === 'void' ? 'skip' : end) as Result['status'],
    ...(end === 'void' && { isVoid: true as const }),
  }));
  const report = { results, passes: !ends.includes('fail'), requests: 2, error: undefined };
  expect(
    summaryText(
      report,
      coloursFor({ env: {}, terminal: { stdin: false, stdout: false, stderr: false } }, 'stdout'),
    ),
  ).toBe(text);
});

it('says of each status what Posthorn decides (E13)', () => {
  const policy = { retry: RETRY_PRESETS.steady };
  for (let status = 200; status < 600; status++) {
    const { kind } = decide([{ at: 0, ms: 1, status }], 1, policy, 0, 0);
    const expected = { delivered: /count as delivered/, dead: /dead|disabled/, retry: /tried again/ }[
      kind as string
    ]!;
    expect(fateText(seen({ status }))).toMatch(expected);
  }
});

describe('bodies (E13)', () => {
  it.each(['{}', '{"a":1}', ' { "a" : 1.50 } ', '[1,2]', '"text"', '12'])('of %s stay JSON', (text) => {
    for (const change of [oddlyWritten, forged, (body: Uint8Array) => filled(body, 500)]) {
      const made = change(Buffer.from(text)).toString();
      expect(JSON.parse(made)).toHaveProperty('posthornCheck');
      expect(made).toContain(text.trim().replace(/^\{\s*/, ''));
    }
  });

  it.each([
    ['{"a":1,"b":["ü😀\u007f",null]}', ['{"a": 1, "b": ["\\u00fc\\ud83d\\ude00\\u007f", null]}']],
    ['{"a": 1}', ['{"a":1}']],
    ['{ "a":[] }', ['{"a":[]}', '{"a": []}']],
    ['12', []],
  ])('%s is %j as others write it', (text, forms) => {
    expect(rewritten(Buffer.from(text)).map(({ body }) => body.toString())).toEqual(forms);
  });

  it('are as large as they should be, and not what JSON.stringify writes', () => {
    for (const bytes of [100, 262_144, 4_500_000]) expect(filled(sender.payload, bytes)).toHaveLength(bytes);
    const odd = oddlyWritten(sender.payload).toString();
    expect(JSON.stringify(JSON.parse(odd))).not.toBe(odd);
  });
});

describe('what is sent (E13)', () => {
  const selection = { only: new Set<CheckId>(), skip: new Set<CheckId>(), wanted: new Set(OPTIONAL_IDS) };

  it('is 20 requests at most, and everything there is', () => {
    const probes = probesOf(selected(selection));
    // Where the first event is refused, these are sent in place of the others.
    expect([...probes, 'rewritten'].toSorted()).toEqual(Object.keys(PROBES).toSorted());
    expect(probes.flatMap((probe) => PROBES[probe].drafts(sender))).toHaveLength(20);
  });

  it('is left out with its checks, but for the first event', () => {
    const without = { ...selection, skip: new Set(CHECK_IDS) };
    expect(selected(without)).toEqual(['answers']);
    expect(probesOf(selected({ ...selection, wanted: new Set() }))).not.toContain('batch');
  });

  it('has an id of its own each time, but for the second attempt', () => {
    const ids = Object.values(PROBES)
      .flatMap(({ drafts }) => drafts(sender))
      .map((draft) => requestOf(sender, draft, NOW).headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length - 1);
  });
});
