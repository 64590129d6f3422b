import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionError, Posthorn, refused, TimeoutError } from '../../client/index.ts';
import type { Repeat } from '../../client/operation.ts';
import { type Failure, waitBeforeRetry } from '../../client/retry.ts';
import { type Reaction, serveApi } from '../helpers/servers/api.ts';

const of = (status: number, more: { kind?: string; retryAfterMs?: number } = {}) =>
  refused({ status, kind: '', message: '', problems: [], operation: '', ...more });

const CUT = new ConnectionError('cut', { cause: new TypeError('fetch failed') });
const UNSENT = new ConnectionError('unsent', {
  cause: new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
});
const LATE = new TimeoutError('late');

const wait = (error: unknown, failure: Partial<Failure> = {}) =>
  waitBeforeRetry({
    error,
    tries: 1,
    maxRetries: 3,
    firstWaitMs: 250,
    repeat: 'always',
    isConditional: false,
    random: 1,
    ...failure,
  });

const REPEATS: readonly Repeat[] = ['always', 'unless-conditional', 'with-key', 'never'];

describe('what is tried again', () => {
  it.each([
    ['no answer', CUT, true],
    ['no answer in time', LATE, true],
    ['a rate limit', of(429), true],
    ['a fault', of(500), true],
    ['an outage', of(503), true],
    ['the same request under way', of(409, { kind: 'request_in_progress' }), true],
    ['a conflict', of(409, { kind: 'in_use' }), false],
    ['a damaged item', of(500, { kind: 'unreadable_item' }), false],
    ['a bad request', of(422), false],
    ['no such thing', of(404), false],
    ['a mistake of our own', new TypeError('undefined is not a function'), false],
  ])('%s', (_, error, expected) => expect(wait(error) !== undefined).toBe(expected));

  it.each<[Repeat, boolean, boolean]>([
    ['always', false, true],
    ['always', true, true],
    ['unless-conditional', false, true],
    ['unless-conditional', true, false],
    ['with-key', false, true],
    ['never', false, false],
  ])('what may have taken effect, of the kind %s, conditional: %s', (repeat, isConditional, expected) => {
    for (const error of [CUT, LATE, of(500), of(503)]) {
      expect(wait(error, { repeat, isConditional }) !== undefined).toBe(expected);
    }
  });

  it('what has certainly not taken effect, whatever it is', () => {
    for (const repeat of REPEATS) {
      for (const error of [UNSENT, of(429)])
        expect(wait(error, { repeat, isConditional: true })).toBeDefined();
    }
  });

  it('waits longer each time, within bounds, and ends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(50),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, maxRetries, random) => {
          const waited = wait(CUT, { tries, maxRetries, random });
          expect(waited === undefined).toBe(tries > maxRetries);
          if (waited === undefined) return;
          const longest = Math.min(8000, 250 * 2 ** (tries - 1));
          expect(waited).toBeGreaterThanOrEqual(longest / 2);
          expect(waited).toBeLessThanOrEqual(longest);
        },
      ),
    );
  });

  it.each([
    [of(429, { retryAfterMs: 2000 }), 2250],
    [of(503, { retryAfterMs: 60_000 }), 60_250],
    [of(429, { retryAfterMs: 61_000 }), undefined],
  ])('heeds what the API asks for', (error, expected) => expect(wait(error)).toBe(expected));
});

/** A client of an API that reacts in turn, the last way from then on. */
async function clientOf(...reactions: Reaction[]) {
  const api = await serveApi((_, count) => reactions[Math.min(count, reactions.length) - 1]!);
  return {
    ...api,
    posthorn: new Posthorn({ url: api.url, key: 'phk_key', timeoutMs: 2000, retryWaitMs: 10 }),
  };
}

describe('a call', () => {
  it('sends a creation again with the same key of its own', async () => {
    const { posthorn, asked } = await clientOf({ status: 503 }, 'cut', {
      status: 201,
      body: { id: 'tgt_1' },
    });
    expect(await posthorn.createTarget({ body: { url: 'https://example.com' } })).toEqual({ id: 'tgt_1' });
    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(keys).size).toBe(1);
    expect(new Set(asked.map(({ body }) => body))).toEqual(new Set(['{"url":"https://example.com"}']));
  });

  it('names two creations differently, and keeps a name that it is given', async () => {
    const { posthorn, asked } = await clientOf({ status: 201, body: {} });
    await posthorn.createFilter({ body: { events: ['a.b'] } });
    await posthorn.createFilter({ body: { events: ['a.b'] } });
    await posthorn.createFilter({ body: { events: ['a.b'] } }, { idempotencyKey: 'mine' });
    const [first, second, third] = asked.map(({ headers }) => headers['idempotency-key']);
    expect(first).not.toBe(second);
    expect(third).toBe('mine');
  });

  it('takes a deletion that is repeated and finds nothing for done', async () => {
    const { posthorn } = await clientOf('cut', {
      status: 404,
      body: { error: 'not_found', message: 'gone' },
    });
    expect(await posthorn.deleteTarget({ id: 'tgt_1' })).toBeUndefined();
  });

  it('does not take what was never there for deleted', async () => {
    const { posthorn } = await clientOf({ status: 404, body: { error: 'not_found', message: 'gone' } });
    await expect(posthorn.deleteTarget({ id: 'tgt_1' })).rejects.toMatchObject({ status: 404 });
    const limited = await clientOf(
      { status: 429 },
      { status: 404, body: { error: 'not_found', message: '' } },
    );
    await expect(limited.posthorn.deleteTarget({ id: 'tgt_1' })).rejects.toMatchObject({ status: 404 });
  });

  it('sends a conditional change once where it may have taken effect', async () => {
    const { posthorn, asked } = await clientOf('cut', { body: {} });
    const call = posthorn.patchTarget({ id: 'tgt_1', body: { active: false } }, { ifMatch: '"1"' });
    await expect(call).rejects.toBeInstanceOf(ConnectionError);
    expect(asked).toHaveLength(1);
  });

  it('gives up after as many retries as it is told, with the last error', async () => {
    const { posthorn, asked } = await clientOf({ status: 500 }, { status: 503 });
    await expect(posthorn.getHealth({}, { maxRetries: 1 })).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['seconds', '7', 7000],
    ['a date', new Date(Date.now() + 3600_000).toUTCString(), 3600_000],
    ['a date that is over', 'Sat, 01 Nov 2025 00:00:00 GMT', 0],
    ['nothing that it knows', 'soon', undefined],
  ])('reads a Retry-After of %s', async (_, text, expected) => {
    const { posthorn } = await clientOf({ status: 429, headers: { 'retry-after': text } });
    const error = await posthorn.getHealth({}, { maxRetries: 0 }).catch((each: unknown) => each);
    const { retryAfterMs } = error as { retryAfterMs?: number };
    if (expected === undefined) expect(retryAfterMs).toBeUndefined();
    else expect(Math.abs(retryAfterMs! - expected)).toBeLessThan(10_000);
  });

  it('ends with its signal while it waits for the next try', async () => {
    const { posthorn, asked } = await clientOf({ status: 429, headers: { 'retry-after': '30' } });
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const call = posthorn.getHealth({}, { signal: controller.signal });
    const ends = expect(call).rejects.toBe(reason);
    await expect.poll(() => asked.length).toBe(1);
    controller.abort(reason);
    await ends;
    expect(asked).toHaveLength(1);
  });
});
