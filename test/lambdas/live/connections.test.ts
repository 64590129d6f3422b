import { describe, expect, it } from 'vitest';
import type { ApiKey } from '../../../lambdas/access/api-key-entity.ts';
import type { PortalGrant } from '../../../lambdas/access/portal-grant.ts';
import type { Session } from '../../../lambdas/access/session.ts';
import { LISTENER_LEASE_MS, RECONNECT_MS } from '../../../lambdas/listeners/limits.ts';
import type { Connection } from '../../../lambdas/live/connection-store.ts';
import {
  type ConnectionDeps,
  closeConnection,
  type Kept,
  keepAlive,
  type Opened,
  openConnection,
} from '../../../lambdas/live/connections.ts';
import { credentialEnd } from '../../../lambdas/live/credential.ts';
import { KEEP_AFTER_MS, LEASE_MS, MAX_CONNECTIONS, MAX_OF_TOKEN } from '../../../lambdas/live/limits.ts';
import { noRoom } from '../../../lambdas/live/room.ts';
import { answerTo, refusalOf } from '../../../lambdas/live/socket-messages.ts';
import type { Watcher } from '../../../lambdas/live/ticket-store.ts';
import { getsFrames } from '../../../lambdas/live/viewer.ts';
import { extended, markSpan, type Watch } from '../../../lambdas/live/watch.ts';
import type { TenantInUse } from '../../../lambdas/tenants/tenant-defaults.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const MINUTE = 60_000;
const at = (ms: number): string => new Date(NOW + ms).toISOString();

const KEY = { id: 'key_1', scopes: ['read'] } as unknown as ApiKey;
const GRANT = {
  id: 'ptk_1',
  scopes: ['read'],
  madeBy: 'first',
  expiresAt: at(3 * MINUTE),
} as unknown as PortalGrant;
const SESSION = { id: 'ses_1', credential: 'ptk_1', expiresAt: at(2 * MINUTE) } as unknown as Session;

/** What is stored of credentials; all of it may be gone. */
function stored({
  key = KEY,
  grant = GRANT,
  session = SESSION,
  isInUse = true,
}: {
  key?: ApiKey | null;
  grant?: PortalGrant | null;
  session?: Session | null;
  isInUse?: boolean;
} = {}) {
  return {
    getKey: async () => key ?? undefined,
    getGrant: async () => grant ?? undefined,
    getSession: async () => session ?? undefined,
    tenantInUse: async (id: string) => (isInUse ? ({ id } as TenantInUse) : undefined),
  };
}

const watcher = (about: Partial<Watcher> = {}): Watcher => ({
  tenant: 't',
  credential: 'key_1',
  targets: undefined,
  session: undefined,
  endsAt: undefined,
  listener: undefined,
  frames: undefined,
  ...about,
});

const NEVER = Number.POSITIVE_INFINITY;

describe('a credential', () => {
  it.each<[string, Partial<Watcher>, Parameters<typeof stored>[0], number | undefined]>([
    ['a key', {}, {}, NEVER],
    ['the first key', { credential: 'first' }, {}, NEVER],
    ['a key that ends', {}, { key: { ...KEY, expiresAt: at(MINUTE) } }, NOW + MINUTE],
    ['a key that has ended', {}, { key: { ...KEY, expiresAt: at(0) } }, undefined],
    ['a key that was revoked', {}, { key: null }, undefined],
    ['a key that may no longer read', {}, { key: { ...KEY, scopes: ['publish'] } }, undefined],
    ['any of a tenant that is being erased', {}, { isInUse: false }, undefined],
    ['a ticket says that it has ended', { endsAt: at(0) }, {}, undefined],
    ['a ticket says when it ends', { endsAt: at(5) }, {}, NOW + 5],
    ['a portal token', { credential: 'ptk_1' }, {}, NOW + 3 * MINUTE],
    ['a portal token that was revoked', { credential: 'ptk_1' }, { grant: null }, undefined],
    [
      'a portal token whose key was revoked',
      { credential: 'ptk_1' },
      { grant: { ...GRANT, madeBy: 'key_1' }, key: null },
      undefined,
    ],
    ['a portal token of a release that stored none', { credential: 'portal' }, {}, undefined],
    ['a session of a portal token', { credential: 'ptk_1', session: 'ses_1' }, {}, NOW + 3 * MINUTE],
    ['a session that has ended', { session: 'ses_1' }, { session: null }, undefined],
    [
      'a session that is over',
      { session: 'ses_1' },
      { session: { ...SESSION, expiresAt: at(0) } },
      undefined,
    ],
    ['a session of a token that was revoked', { session: 'ses_1' }, { grant: null }, undefined],
    ['a user without a session', { credential: 'usr_1' }, {}, undefined],
  ])('is good until: %s', async (_, about, given, expected) => {
    expect(await credentialEnd(stored(given), watcher(about), NOW)).toBe(expected);
  });
});

/** Tickets and connections in memory. */
function world(credentials = stored(), ticket: Watcher | undefined = watcher()) {
  const clock = { now: NOW };
  const known = new Map<string, Watcher>();
  const open = new Map<string, Connection>();
  let watch: Watch | undefined;
  const order: string[] = [];
  const listener: { connection?: string; until: number; isGone?: boolean } = { until: NOW + LEASE_MS };
  const deps: ConnectionDeps = {
    now: () => clock.now,
    tickets: { takeTicket: async (text) => (text === 'right' ? ticket : undefined) },
    connections: {
      async addConnection(id, who, until) {
        order.push('connection');
        known.set(id, who);
        if (getsFrames(who))
          open.set(id, { id, credential: who.credential, targets: who.targets, openedAt: NOW, until });
      },
      findConnection: async (id) => known.get(id),
      listConnections: async (_, now) => [...open.values()].filter(({ until }) => until > now),
      async removeConnection(_, id) {
        known.delete(id);
        open.delete(id);
      },
      async renewConnection(_, id, until) {
        const one = open.get(id);
        if (one) open.set(id, { ...one, until });
        return one !== undefined;
      },
    },
    watches: {
      readWatch: async () => watch,
      async extendWatch(_, now) {
        order.push('watch');
        watch = extended(watch, now);
      },
      async shortenWatch(_, read, now) {
        expect(read).toBe(watch);
        watch = { ...read, coveredUntil: now + KEEP_AFTER_MS };
      },
    },
    marks: {
      async markWatched() {
        order.push('marks');
      },
    },
    credentials,
    listeners: {
      async connectListener(_, { connection, until }, now) {
        if (listener.isGone || listener.until <= now) return false;
        order.push('listener');
        Object.assign(listener, { connection, until });
        return true;
      },
      async renewListener(_, { connection, until }, now) {
        if (listener.connection !== connection || listener.until <= now) return false;
        listener.until = until;
        return true;
      },
      async disconnectListener(_, { connection, until }) {
        if (listener.connection !== connection) return false;
        delete listener.connection;
        listener.until = until;
        return true;
      },
      getListener: async () => ({ createdAt: NOW, ...listener }),
    },
  };
  return { deps, clock, known, open, order, listener, watch: () => watch };
}

describe('a connection', () => {
  it('opens with a ticket, once all that is recorded gets to it', async () => {
    const on = world();
    expect(await openConnection(on.deps, 'c', 'right')).toEqual({ kind: 'open' });
    expect(on.open.get('c')).toMatchObject({ until: NOW + LEASE_MS });
    expect(on.order).toEqual(['connection', 'marks', 'watch']);
    expect(on.watch()).toEqual({ since: NOW, coveredUntil: NOW + LEASE_MS });
  });

  it.each<[string, string | undefined, ReturnType<typeof stored>]>([
    ['without a ticket', undefined, stored()],
    ['with a wrong one', 'wrong', stored()],
    ['with a ticket of a key that was revoked since', 'right', stored({ key: null })],
  ])('is refused %s', async (_, ticket, credentials) => {
    const on = world(credentials);
    expect(await openConnection(on.deps, 'c', ticket)).toEqual({ kind: 'refused' });
    expect([on.known.size, on.order]).toEqual([0, []]);
  });

  it('is refused beyond the most that a tenant may have; those whose lease is over do not count', async () => {
    const on = world();
    for (let n = 0; n < MAX_CONNECTIONS; n++) await openConnection(on.deps, `c${n}`, 'right');
    expect(await openConnection(on.deps, 'c', 'right')).toMatchObject({ kind: 'too_many' });
    on.clock.now += LEASE_MS;
    expect(await openConnection(on.deps, 'c', 'right')).toEqual({ kind: 'open' });
  });

  it('takes few of them by one portal token, so that others of the tenant have room', async () => {
    const on = world(stored(), watcher({ credential: 'ptk_1' }));
    for (let n = 0; n < MAX_OF_TOKEN; n++) {
      expect(await openConnection(on.deps, `c${n}`, 'right')).toEqual({ kind: 'open' });
    }
    const refused = await openConnection(on.deps, 'c', 'right');
    expect(refused).toEqual({ kind: 'too_many', problem: expect.stringContaining('this token') });
    expect(refusalOf(refused).statusCode).toBe(429);
    const open = [...on.open.values()];
    expect(noRoom(open, 'ptk_2')).toBeUndefined();
    expect(noRoom(open, 'key_1')).toBeUndefined();
  });

  it('lives by pings, and no longer than its credential', async () => {
    const on = world(stored(), watcher({ credential: 'ptk_1' }));
    await openConnection(on.deps, 'c', 'right');
    expect(on.open.get('c')!.until).toBe(NOW + 3 * MINUTE);
    on.clock.now += MINUTE;
    expect(await keepAlive(on.deps, 'c')).toBe('kept');
    expect(on.open.get('c')!.until).toBe(NOW + 3 * MINUTE);
    expect(on.watch()).toEqual({ since: NOW, coveredUntil: NOW + MINUTE + LEASE_MS });
    on.clock.now += 2 * MINUTE;
    expect(await keepAlive(on.deps, 'c')).toBe('ended');
    expect([on.open.size, on.known.size]).toEqual([0, 0]);
  });

  it('whose credential was revoked ends with its next ping', async () => {
    let key: ApiKey | undefined = KEY;
    const on = world({ ...stored(), getKey: async () => key });
    await openConnection(on.deps, 'c', 'right');
    key = undefined;
    expect(await keepAlive(on.deps, 'c')).toBe('ended');
    expect(on.open.size).toBe(0);
    expect(await keepAlive(on.deps, 'c')).toBe('ended');
  });

  it('that closes as the last one leaves frames to be kept for a while', async () => {
    const on = world();
    await openConnection(on.deps, 'one', 'right');
    await openConnection(on.deps, 'two', 'right');
    await closeConnection(on.deps, 'one');
    expect(on.watch()).toMatchObject({ coveredUntil: NOW + LEASE_MS });
    await closeConnection(on.deps, 'two');
    expect(on.watch()).toMatchObject({ coveredUntil: NOW + KEEP_AFTER_MS });
    await closeConnection(on.deps, 'unknown');
  });
});

describe("a listener's connection (E6)", () => {
  const listening = (about: Partial<Watcher> = {}) =>
    world(stored({ key: { ...KEY, scopes: ['manage'] } }), watcher({ listener: 'lsn_1', ...about }));

  it('gets its requests from the moment that it is open, and no frames', async () => {
    const on = listening();
    expect(await openConnection(on.deps, 'c', 'right')).toEqual({ kind: 'open' });
    expect(on.order).toEqual(['connection', 'listener']);
    expect(on.listener).toEqual({ connection: 'c', until: NOW + LISTENER_LEASE_MS });
    expect([on.open.size, on.watch()]).toEqual([0, undefined]);
  });

  it('gets frames as well where its ticket says so', async () => {
    const on = listening({ frames: true });
    expect(await openConnection(on.deps, 'c', 'right')).toEqual({ kind: 'open' });
    expect(on.order).toEqual(['connection', 'marks', 'watch', 'listener']);
    expect(on.open.size).toBe(1);
  });

  it('takes a credential that may manage', async () => {
    const on = world(stored(), watcher({ listener: 'lsn_1' }));
    expect(await openConnection(on.deps, 'c', 'right')).toEqual({ kind: 'refused' });
  });

  it('is refused once the listener is over', async () => {
    const on = listening();
    on.listener.until = NOW;
    expect(await openConnection(on.deps, 'c', 'right')).toEqual({ kind: 'over' });
    expect(on.known.size).toBe(0);
  });

  it('prolongs the listener with each ping, and no longer than the credential lasts', async () => {
    const on = listening({ endsAt: at(7 * MINUTE) });
    await openConnection(on.deps, 'c', 'right');
    on.clock.now += 4 * MINUTE;
    expect(await keepAlive(on.deps, 'c')).toBe('kept');
    expect(on.listener.until).toBe(NOW + 7 * MINUTE);
  });

  it('gives its place to a later one, and says so with its next ping', async () => {
    const on = listening();
    await openConnection(on.deps, 'old', 'right');
    await openConnection(on.deps, 'new', 'right');
    expect(on.listener.connection).toBe('new');
    expect(await keepAlive(on.deps, 'old')).toBe('replaced');
    await closeConnection(on.deps, 'old');
    expect(on.listener).toEqual({ connection: 'new', until: NOW + LISTENER_LEASE_MS });
  });

  it('leaves the listener two minutes for another one when it closes', async () => {
    const on = listening();
    await openConnection(on.deps, 'c', 'right');
    await closeConnection(on.deps, 'c');
    expect(on.listener).toEqual({ until: NOW + RECONNECT_MS });
    expect(on.known.size).toBe(0);
  });

  it('ends the listener at once where its credential was revoked', async () => {
    let key: ApiKey | undefined = { ...KEY, scopes: ['manage'] };
    const on = world({ ...stored(), getKey: async () => key }, watcher({ listener: 'lsn_1' }));
    await openConnection(on.deps, 'c', 'right');
    key = undefined;
    expect(await keepAlive(on.deps, 'c')).toBe('ended');
    expect(on.listener).toEqual({ until: NOW });
  });
});

describe('marks', () => {
  it('stand where outcomes may be counted until the lease is over, and a little before', () => {
    const { slots, until } = markSpan(NOW);
    expect(slots.from).toBeLessThan(NOW);
    expect(slots.to).toBe(NOW + LEASE_MS);
    expect(until).toBeGreaterThan(slots.to);
  });
});

const EXPECTED = 'expected {"type":"ping"}, or {"type":"answer", …} of a listener';

describe('what is said over the socket', () => {
  it('is a status at the handshake', () => {
    const opened: Opened[] = [
      { kind: 'open' },
      { kind: 'refused' },
      { kind: 'over' },
      { kind: 'too_many', problem: 'p' },
    ];
    const statuses = opened.map((each) => refusalOf(each).statusCode);
    expect(statuses).toEqual([200, 401, 410, 429]);
  });

  it.each<[string, string | undefined, Kept, object]>([
    ['a ping', '{"type":"ping"}', 'kept', { type: 'pong' }],
    ['a ping of a credential that has ended', '{"type":"ping"}', 'ended', { type: 'error' }],
    ['a ping of a connection that was replaced', '{"type":"ping"}', 'replaced', { type: 'error' }],
    ['another message', '{"type":"frame"}', 'kept', { type: 'error', message: EXPECTED }],
    ['a list', '[{"type":"ping"}]', 'kept', { type: 'error' }],
    ['what is no JSON', 'ping', 'kept', { type: 'error' }],
    ['nothing', undefined, 'kept', { type: 'error' }],
    ['an answer that is wrong', '{"type":"answer","id":"req_1"}', 'kept', { type: 'error', id: 'req_1' }],
  ])('answers %s', async (_, body, kept, expected) => {
    const { statusCode, body: answer } = await answerTo(body, {
      keepAlive: async () => kept,
      takeAnswer: async () => 'expected another',
    });
    expect(statusCode).toBe(200);
    expect(JSON.parse(answer)).toMatchObject(expected);
  });

  it('is nothing where an answer is taken', async () => {
    const said = { keepAlive: async () => 'kept' as const, takeAnswer: async () => undefined };
    expect(await answerTo('{"type":"answer","id":"req_1"}', said)).toEqual({ statusCode: 200, body: '' });
  });
});
