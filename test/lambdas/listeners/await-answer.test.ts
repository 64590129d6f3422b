import { describe, expect, it } from 'vitest';
import type { RelayedAnswer } from '../../../lambdas/listeners/answer.ts';
import { type AwaitDeps, awaitAnswer, pollMs } from '../../../lambdas/listeners/await-answer.ts';
import type { Listener } from '../../../lambdas/listeners/listener.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const REF = { tenant: 't', listener: 'lsn_1' };
const OPENED_LONG_AGO = NOW - 60_000;

interface World {
  /** The listener at a time, in milliseconds after the beginning. */
  listener?: (ms: number) => Partial<Listener> | undefined;
  /** Whether a connection takes a post. */
  takes?: (connection: string, ms: number) => boolean;
  answerAt?: number;
}

/** Time passes while it sleeps. */
async function run(
  { listener = () => ({ connection: 'c' }), takes = () => true, answerAt }: World,
  isNew = true,
) {
  let now = NOW;
  const posted: string[] = [];
  const dropped: string[] = [];
  let reads = 0;
  let posts = 0;
  const deps: AwaitDeps = {
    now: () => now,
    async sleep(ms) {
      now += ms;
    },
    listeners: {
      async getListener() {
        const about = listener(now - NOW);
        return (
          about && {
            until: NOW + 300_000,
            createdAt: NOW,

            openedAt: OPENED_LONG_AGO,
            ...about,
          }
        );
      },
      async disconnectListener(_, { connection }) {
        dropped.push(connection);
        return true;
      },
    },
    requests: {
      async readAnswer(): Promise<RelayedAnswer | undefined> {
        reads++;
        return answerAt !== undefined && now - NOW >= answerAt ? { status: 200 } : undefined;
      },
    },
    async post(connection) {
      posts++;
      if (!takes(connection, now - NOW)) return false;
      posted.push(connection);
      return true;
    },
  };
  const request = { id: 'req_1', text: '{}', until: NOW + 15_000, isNew };
  const passed = await awaitAnswer(deps, REF, request);
  return { kind: passed.kind, posted, dropped, ms: now - NOW, reads, posts };
}

describe('a request that is passed on (E6)', () => {
  it('is posted once, and answered as soon as there is an answer', async () => {
    const { kind, posted, ms } = await run({ answerAt: 120 });
    expect([kind, posted]).toEqual(['answered', ['c']]);
    expect(ms).toBeLessThan(160);
  });

  it('is late at its deadline', async () => {
    expect(await run({})).toMatchObject({ kind: 'late', ms: 15_000, posted: ['c'] });
  });

  it('asks seldom where it takes long', async () => {
    expect((await run({})).reads).toBeLessThan(85);
    expect([0, 299, 300, 1999, 2000].map(pollMs)).toEqual([25, 25, 75, 75, 300]);
  });

  it.each<[string, World]>([
    ['without a connection', { listener: () => ({}) }],
    ['with one that is gone', { takes: () => false }],
  ])('is sent away after a second %s', async (_, world) => {
    const { kind, ms } = await run(world);
    expect(kind).toBe('away');
    expect(ms).toBeLessThan(1200);
  });

  it('is posted few times where API Gateway takes no more', async () => {
    const throttled = (): never => {
      throw new Error('LimitExceededException');
    };
    const { kind, posts } = await run({ takes: throttled });
    expect(kind).toBe('away');
    expect(posts).toBeLessThanOrEqual(8);
  });

  it('takes a connection away that is gone, but not one that may be opening', async () => {
    expect((await run({ takes: () => false })).dropped).not.toEqual([]);
    const opening = {
      listener: () => ({ connection: 'c', openedAt: NOW }),
      takes: (_: string, ms: number) => ms > 200,
    };
    expect(await run({ ...opening, answerAt: 400 })).toMatchObject({
      kind: 'answered',
      dropped: [],
      posted: ['c'],
    });
  });

  it('waits a second for a connection, and goes on with it', async () => {
    const world: World = { listener: (ms) => (ms < 600 ? {} : { connection: 'new' }), answerAt: 800 };
    expect(await run(world)).toMatchObject({ kind: 'answered', posted: ['new'] });
  });

  it('is posted to the connection that takes the place of a dead one', async () => {
    const world: World = { listener: (ms) => ({ connection: ms < 2500 ? 'dead' : 'new' }), answerAt: 4000 };
    expect(await run(world)).toMatchObject({ kind: 'answered', posted: ['dead', 'new'] });
  });

  it('is sent away when its connection has closed meanwhile', async () => {
    const { kind, ms } = await run({ listener: (ms) => (ms < 500 ? { connection: 'c' } : {}) });
    expect(kind).toBe('away');
    expect(ms).toBeLessThan(3000);
  });

  it.each<[string, World]>([
    ['is over', { listener: () => ({ connection: 'c', until: NOW }) }],
    ['was removed', { listener: () => undefined }],
    ['ends meanwhile', { listener: (ms) => (ms < 500 ? { connection: 'c' } : undefined) }],
  ])('ends where the listener %s', async (_, world) => {
    expect((await run(world)).kind).toBe('over');
  });

  it('is not posted again where it has come before, and has the same answer', async () => {
    expect(await run({ answerAt: 500 }, false)).toMatchObject({ kind: 'answered', posted: [] });
  });
});
