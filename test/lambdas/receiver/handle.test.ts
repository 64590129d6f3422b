import { describe, expect, it } from 'vitest';
import { type HandleDeps, handleBatch } from '../../../lambdas/receiver/handle.ts';
import type { Claim } from '../../../lambdas/receiver/mark-store.ts';
import { pullApart } from '../../../lambdas/receiver/pull-apart.ts';
import type { WebhookEvent } from '../../../lambdas/receiver/webhook-event.ts';

const record = (id: string, messageId = `message-${id}`, tries = 1) => ({
  messageId,
  body: JSON.stringify(pullApart({ headers: {}, body: Buffer.from(id) }, id, '2026-11-28T12:00:00.000Z')[0]),
  attributes: { ApproximateReceiveCount: String(tries) } as never,
});

/** A worker, and what it did in order. @param claims what a claim of each event gives */
function worker(claims: Readonly<Record<string, Claim>> = {}, more: Partial<HandleDeps> = {}) {
  const did: string[] = [];
  const note =
    (what: string) =>
    async ({ id }: { readonly id: string }): Promise<void> =>
      void did.push(`${what} ${id}`);
  let leases = 0;
  const deps: HandleDeps = {
    now: () => 0,
    newLease: () => `lease-${++leases}`,
    keepSeconds: 60,
    claim: async ({ id }) => claims[id] ?? 'claimed',
    markDone: note('done'),
    release: note('released'),
    handler: note('handled'),
    onFailure: (id, messageId, error) =>
      void did.push(`failed ${id ?? messageId}: ${(error as Error).message}`),
    ...more,
  };
  const run = async (...records: ReturnType<typeof record>[]): Promise<string[]> => {
    const { batchItemFailures } = await handleBatch(deps, records, 1000);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { run, did };
}

const refusing = () => {
  throw new Error('no');
};

describe('a worker', () => {
  it('handles an event, then marks it', async () => {
    const { run, did } = worker();
    expect(await run(record('a', 'message', 3))).toEqual([]);
    expect(did).toEqual(['handled a', 'done a']);
  });

  it('gives the handler the event, with how often it has come', async () => {
    const seen: WebhookEvent[] = [];
    const { run } = worker({}, { handler: (event) => void seen.push(event) });
    await run(record('a', 'message', 3));
    expect(seen.map(({ id, tries }) => [id, tries])).toEqual([['a', 3]]);
    expect(seen[0]!.text()).toBe('a');
  });

  it('drops an event that has been handled', async () => {
    const { run, did } = worker({ a: 'done' });
    expect(await run(record('a'))).toEqual([]);
    expect(did).toEqual([]);
  });

  it('keeps the message of an event that another worker is at: that one may fail', async () => {
    const { run, did } = worker({ a: 'busy' });
    expect(await run(record('a'))).toEqual(['message-a']);
    expect(did).toEqual([]);
  });

  it('lets an event go that its handler fails on', async () => {
    const { run, did } = worker({}, { handler: refusing });
    expect(await run(record('a'))).toEqual(['message-a']);
    expect(did).toEqual(['released a', 'failed a: no']);
  });

  it('fails on the handler’s error where the event can’t be let go either', async () => {
    const release = () => Promise.reject(new Error('no table'));
    const { run, did } = worker({}, { handler: refusing, release });
    expect(await run(record('a'))).toEqual(['message-a']);
    expect(did).toEqual(['failed a: no']);
  });

  it('lets an event come again that was handled and could not be marked: it will be handled twice', async () => {
    const { run, did } = worker({}, { markDone: () => Promise.reject(new Error('no table')) });
    expect(await run(record('a'))).toEqual(['message-a']);
    expect(did).toEqual(['handled a', 'failed a: no table']);
  });

  it('fails on some events of a batch, and not on the others', async () => {
    const handler = ({ id }: WebhookEvent) => (id === 'b' ? refusing() : undefined);
    const { run } = worker({}, { handler });
    expect(await run(record('a'), record('b'), record('c'))).toEqual(['message-b']);
  });

  it('fails on what is no message, by itself', async () => {
    const { run, did } = worker();
    expect(await run({ ...record('x'), messageId: 'odd', body: 'hello' }, record('a'))).toEqual(['odd']);
    expect(did).toEqual(['failed odd: expected a message of this receiver, in JSON', 'handled a', 'done a']);
  });

  it('handles different events at the same time, the same one after the other', async () => {
    const running = new Set<string>();
    let most = 0;
    const handler = async ({ id }: WebhookEvent): Promise<void> => {
      expect(running.has(id)).toBe(false);
      running.add(id);
      most = Math.max(most, running.size);
      await new Promise(setImmediate);
      running.delete(id);
    };
    const { run } = worker({}, { handler });
    expect(await run(record('a', '1'), record('b', '2'), record('a', '3'))).toEqual([]);
    expect(most).toBe(2);
  });
});
