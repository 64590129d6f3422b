import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BatchEntry, batchBody } from '../../lambdas/delivery/batch.ts';
import { decide } from '../../lambdas/delivery/decide.ts';
import { DEATH_REASONS, STORED_STATUSES, WAIT_REASONS } from '../../lambdas/delivery/delivery.ts';
import { LANES } from '../../lambdas/endpoint-health/lane.ts';
import { observationOf } from '../../lambdas/endpoint-health/observation.ts';
import type { Event } from '../../lambdas/events/event.ts';
import { PRIORITIES } from '../../lambdas/events/event-meta.ts';
import type { Attempt } from '../../lambdas/http-client/attempt-record.ts';
import { ERROR_CLASSES, type ErrorClass } from '../../lambdas/http-client/error-class.ts';
import { challengeEvent, judge } from '../../lambdas/targets/challenge.ts';
import { RETRY_PRESETS } from '../../lambdas/targets/retry-policy.ts';
import { newSecret, publicPartOf } from '../../lambdas/targets/signature.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../../lambdas/targets/signature-schemes/names.ts';
import { batchHeaders, requestHeaders, signedHeaders } from '../builders/signed.ts';

/** Holds docs/delivery.md against the code: its tables, its examples of requests, and its programs that verify them. */
const page = readFileSync(new URL('../../docs/delivery.md', import.meta.url), 'utf8');

/** The rows of the table whose first column has this name, their cells without padding. */
function rowsOf(firstColumn: string): string[][] {
  const lines = page.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${firstColumn} `));
  const end = lines.indexOf('', head);
  return lines.slice(head + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const codeIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
const namedIn = (firstColumn: string): string[] => rowsOf(firstColumn).flatMap(([cell]) => codeIn(cell!));

/** Blocks of code by the word behind their language, which readers don't see. */
const programs = new Map(
  [...page.matchAll(/^```js (\S+)\n(.*?)^```/gms)].map(([, name, text]) => [name!, text!]),
);

describe('the tables', () => {
  it.each<[string, readonly string[]]>([
    ['`error`', ERROR_CLASSES],
    ['`reason`', DEATH_REASONS],
    ['`waitingFor`', WAIT_REASONS],
    ['`status`', ['queued', 'attempting', ...STORED_STATUSES]],
    ['lane', LANES],
    ['`signature`', SIGNATURE_SCHEMES],
    ['`retry`', Object.keys(RETRY_PRESETS)],
  ])('of %s have each', (firstColumn, names) => {
    expect(namedIn(firstColumn).toSorted()).toEqual([...names].toSorted());
  });

  it('of lanes tell of each priority', () => {
    expect(PRIORITIES.filter((priority) => !page.includes(`\`${priority}\``))).toEqual([]);
  });

  it.each(rowsOf('`retry`'))('have the schedule %s', (name, attempts, waits, together) => {
    const { schedule, jitter } = RETRY_PRESETS[codeIn(name!)[0] as keyof typeof RETRY_PRESETS];
    const seconds = waits!.split(', ').map(secondsOf);
    expect(seconds).toEqual(schedule);
    expect(Number(attempts)).toBe(schedule.length + 1);
    const sum = seconds.reduce((all, wait) => all + wait, 0);
    expect(Math.abs(secondsOf(together!) / sum - 1)).toBeLessThan(0.01);
    expect(jitter).toBe(0.2);
  });
});

function secondsOf(text: string): number {
  const [number, unit] = text.split(' ');
  return Number(number) * { s: 1, min: 60, h: 3600 }[unit as 's' | 'min' | 'h'];
}

describe('what becomes of answers', () => {
  /** The row of each status: the first that names it. */
  const rows = new Map<number, string[]>();
  const bySize = rowsOf('answer').toSorted((a, b) => statusesIn(a[0]!).length - statusesIn(b[0]!).length);
  for (const row of bySize) {
    for (const status of statusesIn(row[0]!)) if (!rows.has(status)) rows.set(status, row);
  }

  it('with each status is as shown', () => {
    const statuses = Array.from({ length: 400 }, (_, i) => 200 + i);
    const shown = statuses.map((status) => {
      const [, delivery, breaker, ends] = rows.get(status)!;
      return { status, delivery: wordsOf(delivery!), breaker, ends };
    });
    const meant = statuses.map((status) => {
      const attempt = { at: 0, ms: 5, status };
      const ends = observationOf([attempt]).ok > 0 ? 'yes' : 'no';
      return { status, delivery: becomes(attempt), breaker: counted(attempt), ends };
    });
    expect(shown).toEqual(meant);
  });

  it.each(rowsOf('`error`'))('error %s', (name, _, delivery, breaker) => {
    const attempt = { at: 0, ms: 5, error: codeIn(name!)[0] as ErrorClass };
    expect(becomes(attempt)).toBe(wordsOf(delivery!));
    expect(counted(attempt)).toBe(breaker);
  });

  it('client errors are tried again where the target wants it, but for 410', () => {
    const policy = { retry: RETRY_PRESETS.steady, retryClientErrors: true };
    const kindOf = (status: number) => decide([{ at: 0, ms: 5, status }], 1, policy, 0, 0).kind;
    expect([kindOf(404), kindOf(410)]).toEqual(['retry', 'dead']);
  });
});

/** `300` to `399` are a hundred, `408`, `425` are two. */
function statusesIn(cell: string): number[] {
  const numbers = codeIn(cell).map(Number);
  const [first = 0, last = 0] = numbers;
  return cell.includes('` to `') ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : numbers;
}

const wordsOf = (cell: string): string => /^(delivered|tried again|dead, `\w+`)/.exec(cell)![1]!;

function becomes(attempt: Attempt): string {
  const decision = decide([attempt], 1, { retry: RETRY_PRESETS.steady }, 0, 0);
  if (decision.kind === 'dead') return `dead, \`${decision.reason}\``;
  return decision.kind === 'retry' ? 'tried again' : decision.kind;
}

function counted(attempt: Attempt): string {
  const { isGone, ok, failed, rejected } = observationOf([attempt]);
  if (isGone) return 'an end';
  if (ok + failed + rejected === 0) return 'nothing';
  return failed > 0 ? 'a failure' : 'an answer';
}

const SECRET = /The secret of this target is `(\S+)`/.exec(page)![1]!;
const target = {
  signature: 'standard' as SignatureScheme,
  secrets: [{ value: SECRET, createdAt: '' }],
  headers: { 'X-Team': 'orders' },
};

interface Request {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The requests that the page shows, without the host. */
const requests = [...page.matchAll(/^```http\nPOST .*?\n(.*?)\n\n(.*?)\n```/gms)].map(
  ([, head, body]): Request => {
    const all = head!.split('\n').map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]);
    const { host: _, ...headers } = Object.fromEntries(all);
    return { headers, body: body! };
  },
);
const sentAt = (request: Request): number => Number(request.headers['webhook-timestamp']) * 1000;

/** An event that says all that events can say. */
const fullEvent: Event = {
  id: 'failure-17',
  ulid: '01M7YZMFHGV2N9CR0Q6WV7Z1QX',
  type: 'payment.processor.failure',
  contentType: 'application/json',
  payload: { kind: 'text', text: '{"amount":1200.50}' },
  source: 'shop',
  test: true,
  ce: { id: '1' },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'rojo=1',
};
const { source: _s, test: _t, ce: _c, traceparent: _p, tracestate: _r, ...event } = fullEvent;

const entryOf = (of: Event, payload: string): BatchEntry => ({
  delivery: {
    v: 1,
    kind: 'delivery',
    tenant: 'ten_1',
    subscription: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
    target: 'tgt_1',
    event: of,
    attempts: [],
  },
  payload: Buffer.from(payload),
});

describe('requests', () => {
  const [single, batch] = requests as [Request, Request];

  it('of one event are as shown', () => {
    expect(requestHeaders(target, event, Buffer.from(single.body), 1, sentAt(single))).toEqual(
      single.headers,
    );
  });

  it('of several events are as shown', () => {
    const ulid = '01M7YZMFHGV2N9CR0Q6WV7Z1QZ';
    const report = {
      ...event,
      ulid,
      id: `evt_${ulid}`,
      type: 'order.report',
      source: 'shop',
      contentType: 'text/csv',
    };
    const entries = [entryOf(event, single.body), entryOf(report, 'sku,count\nA-1,2\n')];
    const body = batchBody(entries);
    expect(body.toString()).toBe(batch.body);
    expect(batchHeaders(target, entries, body, sentAt(batch))).toEqual(batch.headers);
  });

  it('have no header and no member that the page does not name', () => {
    const secrets = [1, 2].map((byte) => ({
      value: newSecret('standard', Buffer.alloc(32, byte)),
      createdAt: '',
    }));
    const made = (['standard', 'sha256'] as const).flatMap((signature) => {
      const to = { signature, secrets };
      const entries = [entryOf(fullEvent, '{}')];
      const alone = requestHeaders(to, fullEvent, Buffer.from('{}'), 1, 0);
      return Object.keys({ ...alone, ...batchHeaders(to, entries, batchBody(entries), 0) });
    });
    const named = new Set(namedIn('header'));
    const unnamed = made.filter((name) => !named.has(name) && !name.startsWith('ce-'));
    expect(unnamed).toEqual([]);
    const elements = [entryOf(fullEvent, '{}'), entryOf({ ...fullEvent, contentType: 'text/plain' }, 'a')];
    const members = JSON.parse(batchBody(elements).toString()).flatMap(Object.keys) as string[];
    expect([...new Set(members)].toSorted()).toEqual(namedIn('member').toSorted());
  });
});

type Verify = (secret: string, headers: Record<string, string>, body: Buffer) => void;

/** Runs a program of the page. It may import { batchHeaders, requestHeaders, signedHeaders } from '../builders/signed.ts';
import what Node has, and the package that it is about. */
function run<M>(name: string): Promise<M> {
  const library = pathToFileURL(createRequire(import.meta.url).resolve('standardwebhooks')).href;
  const text = programs.get(name)!.replace("'standardwebhooks'", `'${library}'`);
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`) as Promise<M>;
}

describe('programs', () => {
  const id = 'failure-17';
  const body = Buffer.from('{"amount":1200.50}');
  const timestamp = 1795262400;

  beforeEach(() => {
    vi.useFakeTimers({ now: timestamp * 1000, toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each(SIGNATURE_SCHEMES)('verify %s, also while a secret is replaced (A16, D3)', async (scheme) => {
    const { verify } = await run<{ verify: Verify }>(`verifies-${scheme}`);
    const [mine, next] = [1, 2].map((byte) => newSecret(scheme, Buffer.alloc(32, byte)));
    const known = publicPartOf(scheme, mine!) ?? mine!;
    const headersBy = (...secrets: string[]) => signedHeaders(scheme, secrets, { id, timestamp, body });
    verify(known, headersBy(mine!), body);
    verify(known, headersBy(next!, mine!), body);
    expect(() => verify(known, headersBy(next!), body)).toThrow(/signature/i);
    expect(() => verify(known, headersBy(mine!), Buffer.from('{}'))).toThrow(/signature/i);
    if (scheme === 'sha256') return;
    vi.setSystemTime((timestamp + 301) * 1000);
    expect(() => verify(known, headersBy(mine!), body)).toThrow(/old/);
  });

  it('answer a challenge (B11)', async () => {
    const { answer } = await run<{ answer: (secret: string, body: object) => object }>('answers-challenge');
    const token = '01M7YZPEDCV2N9CR0Q6WV7Z1QX';
    const { payload } = challengeEvent(token);
    expect(page).toContain(JSON.stringify(JSON.parse(payload.text), null, 1).replace(/\n\s*/g, ' '));
    const given = JSON.stringify(answer(SECRET, JSON.parse(payload.text)));
    expect(judge(target, token, { at: 0, ms: 5, status: 200, answer: given }, 1, 0)).toEqual({
      kind: 'passed',
    });
  });
});
