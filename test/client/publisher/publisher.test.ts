import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Posthorn, type PublisherSettings } from '../../../client/index.ts';
import { type Reaction, serveApi } from '../../helpers/servers/api.ts';

interface Sent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly number: number; readonly isBad?: boolean };
}

/** What an API does with a request: `lose` takes the events, and the connection breaks before the answer. */
type Behaviour = 'take' | 'lose' | 'cut' | 'hang' | 503 | 429;

const TIMEOUT_MS = 500;

/**
 * An API that behaves in turn, and well from then on. It takes an id once, refuses what is bad event by event, and all of it
 * where none is good, as ingest does.
 */
async function publishing(
  behaviours: readonly (Behaviour | Promise<Behaviour>)[] = [],
  settings: PublisherSettings = {},
) {
  const taken = new Map<string, number>();
  const requests: Sent[][] = [];
  const bodies: number[] = [];
  let running = 0;
  let mostRunning = 0;
  const api = await serveApi(async ({ body }, count) => {
    const { events } = JSON.parse(body) as { events: Sent[] };
    requests.push(events);
    bodies.push(Buffer.byteLength(body));
    mostRunning = Math.max(mostRunning, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return react((await behaviours[count - 1]) ?? 'take', events, taken);
  });
  const posthorn = new Posthorn({ url: api.url, key: 'phk_key', timeoutMs: TIMEOUT_MS, retryWaitMs: 0 });
  const publisher = posthorn.publisher({ maxWaitMs: 2, ...settings });
  return { publisher, taken, requests, bodies, mostRunning: () => mostRunning };
}

function react(behaviour: Behaviour, events: readonly Sent[], taken: Map<string, number>): Reaction {
  if (behaviour === 503 || behaviour === 429) return { status: behaviour, body: { message: null } };
  if (behaviour === 'cut' || behaviour === 'hang') return behaviour;
  for (const { id, data } of events) if (!data.isBad) taken.set(id, data.number);
  if (behaviour === 'lose') return 'cut';
  const bad = events.flatMap(({ data }, i) =>
    data.isBad ? [{ field: `events[${i}].data`, message: 'bad' }] : [],
  );
  const wrong = { error: 'schema_mismatch', message: 'bad' };
  if (bad.length === events.length) {
    // As many problems as the API tells of.
    const problems = bad.length > 1 ? { problems: bad.slice(0, 3) } : {};
    return { status: 422, body: { ...wrong, field: bad[0]!.field, ...problems } };
  }
  const results = events.map(({ id, data }, i) =>
    data.isBad ? { error: { ...wrong, field: `events[${i}].data` } } : { id },
  );
  return {
    status: 202,
    body: { accepted: events.length - bad.length, rejected: bad.length, events: results },
  };
}

const eventOf = (number: number, isBad = false) => ({
  type: 'order.created',
  data: { number, ...(isBad && { isBad }) },
});

const ids = (outcomes: readonly object[]): unknown[] =>
  outcomes.map((each) => ('id' in each ? each.id : undefined));

describe('a publisher', () => {
  it('sends what is published at about the same time together, each event under an id of its own', async () => {
    const { publisher, requests, taken } = await publishing();
    const outcomes = await publisher.publishBatch([1, 2, 3].map((n) => eventOf(n)));
    expect(requests).toHaveLength(1);
    expect(ids(outcomes)).toEqual([...taken.keys()]);
    expect(new Set(taken.keys()).size).toBe(3);
    for (const id of taken.keys()) expect(id).toMatch(/^pub_[0-9a-f]{32}$/);
    expect(await publisher.publish({ ...eventOf(4), id: 'order-4' })).toEqual({ id: 'order-4' });
  });

  it('sends a full batch at once, and a smaller one when its time is up or it is flushed', async () => {
    const { publisher, requests } = await publishing([], { maxEvents: 2, maxWaitMs: 60_000 });
    const three = publisher.publishBatch([1, 2, 3].map((n) => eventOf(n)));
    await expect.poll(() => requests.length).toBe(1);
    await publisher.flush();
    expect(requests.map(({ length }) => length)).toEqual([2, 1]);
    expect(await three).toHaveLength(3);
    const soon = await publishing([], { maxWaitMs: 10 });
    await soon.publisher.publish(eventOf(1));
    expect(soon.requests).toHaveLength(1);
  });

  it('sends an event as it was when it was published', async () => {
    const { publisher, taken } = await publishing();
    const event = eventOf(1);
    const published = publisher.publish(event);
    event.data.number = 2;
    expect(taken.get((await published).id)).toBe(1);
  });

  it('settles each event by itself where a batch is accepted in part', async () => {
    const { publisher, taken } = await publishing();
    const outcomes = await publisher.publishBatch([eventOf(1), eventOf(2, true), eventOf(3)]);
    expect([...taken.values()]).toEqual([1, 3]);
    expect(outcomes[1]).toMatchObject({
      error: { name: 'BadRequestError', kind: 'schema_mismatch', field: 'data' },
    });
  });

  it('rejects what can’t be sent, and what comes after its end', async () => {
    const { publisher, requests } = await publishing();
    await expect(publisher.publish({ type: 'a.b', data: 1n })).rejects.toThrow('BigInt');
    await publisher.close();
    await expect(publisher.publish(eventOf(1))).rejects.toThrow('the publisher is closed');
    expect(requests).toEqual([]);
  });

  it('refuses settings that are out of bounds', () => {
    const posthorn = new Posthorn({ url: 'http://127.0.0.1:1' });
    expect(() => posthorn.publisher({ maxEvents: 101 })).toThrow('expected maxEvents from 1 to 100, got 101');
    expect(() => posthorn.publisher({ maxWaitMs: Number.NaN })).toThrow('expected maxWaitMs');
  });

  it('says when there is room, and takes what comes beyond in its turn', async () => {
    const gate = Promise.withResolvers<Behaviour>();
    const { publisher, taken, requests } = await publishing([gate.promise], {
      maxPendingBytes: 300,
      maxEvents: 2,
      concurrency: 1,
      timeoutMs: 60_000,
    });
    const published: Promise<unknown>[] = [];
    for (let number = 1; number <= 4; number++) published.push(publisher.publish(eventOf(number)));
    let isReady = false;
    const room = publisher.ready().then(() => {
      isReady = true;
    });
    await expect.poll(() => requests.length).toBe(1);
    expect(isReady).toBe(false);
    gate.resolve('take');
    await room;
    await Promise.all(published);
    expect([...taken.values()]).toEqual([1, 2, 3, 4]);
    await publisher.ready();
  });

  it('is flushed when it goes out of scope', async () => {
    const { publisher, taken } = await publishing([], { maxWaitMs: 60_000 });
    {
      await using scoped = publisher;
      void scoped.publish(eventOf(1));
    }
    expect(taken.size).toBe(1);
  });

  it('ends with a signal: what is not accepted by then rejects with its reason', async () => {
    const { publisher, requests } = await publishing(['hang'], {
      maxEvents: 1,
      concurrency: 1,
      timeoutMs: 60_000,
    });
    const outcomes = publisher.publishBatch([eventOf(1), eventOf(2)]);
    await expect.poll(() => requests.length).toBe(1);
    const reason = new Error('the container ends');
    await publisher.close({ signal: AbortSignal.abort(reason) });
    expect(await outcomes).toEqual([{ error: reason }, { error: reason }]);
    expect(requests).toHaveLength(1);
  });

  it('gives up in the end, and says so for each event', async () => {
    const { publisher, taken } = await publishing(Array(3).fill(503), { maxRetries: 2 });
    const outcomes = await publisher.publishBatch([eventOf(1), eventOf(2)]);
    expect(outcomes).toMatchObject([{ error: { status: 503 } }, { error: { status: 503 } }]);
    expect(taken.size).toBe(0);
  });
});

describe('whatever the API does', () => {
  const behaviour = fc.constantFrom<Behaviour>('take', 'lose', 'cut', 503, 429);
  // A server that hangs costs its time.
  const seldom = fc.oneof(
    { weight: 7, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  );
  const behaviours = fc
    .tuple(fc.array(behaviour, { maxLength: 6 }), seldom)
    .map(([each, hangs]) => (hangs ? [...each, 'hang' as const] : each));
  const settings = fc.record({
    maxEvents: fc.integer({ min: 1, max: 10 }),
    maxBytes: fc.integer({ min: 100, max: 2000 }),
    maxPendingBytes: fc.integer({ min: 100, max: 4000 }),
    concurrency: fc.integer({ min: 1, max: 3 }),
    maxRetries: fc.constant(8),
  });
  const events = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });

  it('each event settles: a good one is taken once, a bad one is refused in its own words', async () => {
    await fc.assert(
      fc.asyncProperty(behaviours, settings, events, async (turns, limits, areBad) => {
        const { publisher, taken, requests, bodies, mostRunning } = await publishing(turns, limits);
        const outcomes = publisher.publishBatch(areBad.map((isBad, number) => eventOf(number, isBad)));
        await publisher.close();
        const settled = await outcomes;
        for (const [number, isBad] of areBad.entries()) {
          const outcome = settled[number]!;
          if (isBad) expect(outcome).toMatchObject({ error: { kind: 'schema_mismatch', field: 'data' } });
          else expect(taken.get((outcome as { id: string }).id)).toBe(number);
        }
        // Under one id each, however often they were sent.
        expect(taken.size).toBe(areBad.filter((isBad) => !isBad).length);
        for (const [place, batch] of requests.entries()) {
          expect(batch.length).toBeLessThanOrEqual(limits.maxEvents);
          if (batch.length > 1) expect(bodies[place]).toBeLessThanOrEqual(limits.maxBytes);
        }
        expect(mostRunning()).toBeLessThanOrEqual(limits.concurrency + turns.length);
      }),
      { numRuns: 40 },
    );
  });
});
