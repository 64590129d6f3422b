import { describe, expect, it } from 'vitest';
import type { LiveMessage } from '../../../lambdas/delivery/messages.ts';
import type { Connection } from '../../../lambdas/live/connection-store.ts';
import type { Frame, News } from '../../../lambdas/live/frame.ts';
import { FRAME_EVERY_MS, HANDSHAKE_MS, LEASE_MS } from '../../../lambdas/live/limits.ts';
import { type PushDeps, pushAll } from '../../../lambdas/live/push.ts';
import type { Watch } from '../../../lambdas/live/watch.ts';
import { ulidSource } from '../../../lambdas/values/ids.ts';
import { printedBy } from '../../helpers/printed.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const connection = (id: string, about: Partial<Connection> = {}): Connection => ({
  id,
  credential: 'key_1',
  targets: undefined,
  openedAt: NOW - HANDSHAKE_MS,
  until: NOW + LEASE_MS,
  ...about,
});

const count = (targetId: string) => ({ targetId, delivered: 1, failed: 0, dead: 0, waiting: 0 });
const message = (tenant: string, targetId = 'tgt_1'): LiveMessage => ({
  v: 1,
  kind: 'live',
  tenant,
  counts: [count(targetId)],
});

/** Tenants that are watched, in memory. `answers` are what posting to a connection leads to. */
function world(answers: Record<string, boolean | Error> = {}) {
  const clock = { now: NOW };
  const watched = new Map<string, Watch>([['t', { since: NOW, coveredUntil: NOW + LEASE_MS }]]);
  const open = new Map<string, Connection[]>([['t', [connection('c')]]]);
  const stored: { tenant: string; id: string; news: News }[] = [];
  const posted: { to: string; at: number; frame: Frame }[] = [];
  const removed: string[] = [];
  /** Called between reading a watch and claiming its frame. */
  const between: (() => void)[] = [];
  const deps: PushDeps = {
    now: () => clock.now,
    async sleep(ms) {
      clock.now += ms;
    },
    ulid: (time) => ulidSource()(time),
    watches: {
      readWatch: async (tenant) => watched.get(tenant),
      async claimFrame(tenant, before, now) {
        between.shift()?.();
        const watch = watched.get(tenant);
        if (!watch || watch.frameAt !== before) return false;
        watched.set(tenant, { ...watch, frameAt: now });
        return true;
      },
    },
    frames: {
      async putFrame(tenant, id, news) {
        stored.push({ tenant, id, news });
      },
    },
    connections: {
      listConnections: async (tenant) => open.get(tenant) ?? [],
      async removeConnection(_, id) {
        removed.push(id);
      },
    },
    async post(to, text) {
      const answer = answers[to] ?? true;
      if (answer instanceof Error) throw answer;
      if (answer) posted.push({ to, at: clock.now, frame: JSON.parse(text) as Frame });
      return answer;
    },
  };
  const push = (...messages: LiveMessage[]) => printedBy(() => pushAll(deps, messages));
  return { deps, push, clock, watched, open, stored, posted, removed, between };
}

describe('those who watch', () => {
  it('get one frame for all messages of their tenant', async () => {
    const on = world();
    const { metrics } = await on.push(message('t'), message('t'), message('t', 'tgt_2'));
    expect(on.posted).toMatchObject([{ to: 'c', frame: { type: 'frame', counts: { delivered: 3 } } }]);
    expect(on.stored.map(({ id }) => id)).toEqual([on.posted[0]!.frame.id]);
    expect(metrics).toEqual({ LiveFrames: 1 });
  });

  it('get one a second at most, with ids that rise', async () => {
    const on = world();
    for (let i = 0; i < 5; i++) await on.push(message('t'));
    const times = on.posted.map(({ at }) => at);
    expect(times.slice(1).map((at, i) => at - times[i]!)).toEqual(Array(4).fill(FRAME_EVERY_MS));
    const ids = on.posted.map(({ frame }) => frame.id);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('get it from the worker that was quicker, and then from the other one', async () => {
    const on = world();
    on.between.push(() => on.watched.set('t', { ...on.watched.get('t')!, frameAt: on.clock.now }));
    await on.push(message('t'));
    expect(on.posted.map(({ at }) => at - NOW)).toEqual([FRAME_EVERY_MS]);
  });

  it('get ids that rise though the clock of another worker is ahead', async () => {
    const on = world();
    on.watched.set('t', { ...on.watched.get('t')!, frameAt: NOW + 700 });
    on.deps.sleep = async () => {};
    await on.push(message('t'));
    expect(on.watched.get('t')!.frameAt).toBe(NOW + 700 + FRAME_EVERY_MS);
  });

  it('get what their credential may see', async () => {
    const on = world();
    on.open.set('t', [
      connection('all'),
      connection('own', { credential: 'ptk_1', targets: ['tgt_1'] }),
      connection('none', { credential: 'ptk_2', targets: ['tgt_9'] }),
    ]);
    await on.push(message('t'), message('t', 'tgt_2'));
    expect(on.posted.map(({ to, frame }) => `${to} ${frame.counts!.delivered}`).sort()).toEqual([
      'all 2',
      'own 1',
    ]);
  });

  it('may connect while a frame is made: it is stored before connections are read', async () => {
    const on = world();
    const order: string[] = [];
    const { frames, connections } = on.deps;
    const deps: PushDeps = {
      ...on.deps,
      frames: {
        async putFrame(...of) {
          await frames.putFrame(...of);
          order.push('stored');
        },
      },
      connections: {
        ...connections,
        async listConnections(...of) {
          order.push('read');
          return connections.listConnections(...of);
        },
      },
    };
    await printedBy(() => pushAll(deps, [message('t')]));
    expect(order).toEqual(['stored', 'read']);
  });
});

describe('a connection', () => {
  it('that is gone is forgotten', async () => {
    const on = world({ gone: false });
    on.open.set('t', [connection('gone'), connection('c')]);
    await on.push(message('t'));
    expect(on.removed).toEqual(['gone']);
    expect(on.posted.map(({ to }) => to)).toEqual(['c']);
  });

  it('whose handshake may not be over is not taken for gone', async () => {
    const on = world({ opening: false });
    on.open.set('t', [connection('opening', { openedAt: NOW - 200 })]);
    await on.push(message('t'));
    expect(on.removed).toEqual([]);
  });

  it('that can’t be posted to holds up no other, and is not tried again', async () => {
    const on = world({ slow: new Error('LimitExceededException') });
    on.open.set('t', [connection('slow'), connection('c')]);
    const { result, warnings, metrics } = await on.push(message('t'));
    expect(result).toEqual([]);
    expect(on.posted.map(({ to }) => to)).toEqual(['c']);
    expect(on.removed).toEqual([]);
    expect(warnings).toMatchObject([{ message: 'frame not posted', connection: 'slow' }]);
    expect(metrics).toEqual({ LiveFrames: 1, LiveUnsent: 1 });
  });
});

describe('a tenant', () => {
  it.each<[string, Watch | undefined]>([
    ['that nobody ever watched', undefined],
    ['that nobody watches any more', { since: 0, coveredUntil: NOW - 1 }],
  ])('%s gets no frame, and none is stored', async (_, watch) => {
    const on = world();
    if (watch) on.watched.set('t', watch);
    else on.watched.delete('t');
    const { result } = await on.push(message('t'));
    expect(result).toEqual([]);
    expect([on.stored, on.posted]).toEqual([[], []]);
  });

  it('whose last connection has just gone gets frames that can be fetched', async () => {
    const on = world();
    on.open.set('t', []);
    await on.push(message('t'));
    expect(on.stored).toHaveLength(1);
  });

  it('whose frame can’t be stored gets it later, and others at once', async () => {
    const on = world();
    on.watched.set('u', on.watched.get('t')!);
    on.open.set('u', [connection('other')]);
    const { putFrame } = on.deps.frames;
    const deps: PushDeps = {
      ...on.deps,
      frames: {
        putFrame: (tenant, ...of) =>
          tenant === 't' ? Promise.reject(new Error('ThrottlingException')) : putFrame(tenant, ...of),
      },
    };
    const messages = [message('t'), message('u'), message('t')];
    const { result, warnings } = await printedBy(() => pushAll(deps, messages));
    expect(result).toEqual([messages[0], messages[2]]);
    expect(on.posted.map(({ to }) => to)).toEqual(['other']);
    expect(warnings).toMatchObject([{ message: 'frame not made', tenant: 't' }]);
  });

  it('that other workers serve again and again waits in the queue', async () => {
    const on = world();
    on.between.push(
      ...Array.from({ length: 20 }, () => () => {
        on.watched.set('t', { ...on.watched.get('t')!, frameAt: on.clock.now });
      }),
    );
    const { result, warnings } = await on.push(message('t'));
    expect(result).toHaveLength(1);
    expect(warnings).toMatchObject([{ message: 'frame not made' }]);
  });
});
