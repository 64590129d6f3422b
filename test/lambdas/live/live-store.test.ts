import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { frameFor, merged } from '../../../lambdas/live/frame.ts';
import {
  CONNECTION_MS,
  FRAME_KEPT_MS,
  KEEP_AFTER_MS,
  LEASE_MS,
  TICKET_MS,
} from '../../../lambdas/live/limits.ts';
import { hasAllSince } from '../../../lambdas/live/watch.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const tickets = await import('../../../lambdas/live/ticket-store.ts');
const connections = await import('../../../lambdas/live/connection-store.ts');
const watches = await import('../../../lambdas/live/watch-store.ts');
const frames = await import('../../../lambdas/live/frame-store.ts');
const { ScanCommand } = await import('@aws-sdk/lib-dynamodb');

const TABLE = 'live-state';
const NOW = Date.parse('2026-11-21T12:00:00.000Z');

beforeAll(() => createTable(dynamo, TABLE));

let tenants = 0;
let tenant: string;
beforeEach(() => {
  tenant = `ten_${tenants++}`;
});

const watcher = () => ({
  tenant,
  credential: 'ptk_1',
  targets: ['tgt_1'],
  session: 'ses_1',
  endsAt: undefined,
});

describe('a ticket', () => {
  it('is used once', async () => {
    expect(await tickets.putTicket(TABLE, 'once', watcher(), NOW)).toEqual({ expiresAt: NOW + TICKET_MS });
    const uses = await Promise.all([1, 2, 3].map(() => tickets.takeTicket(TABLE, 'once', NOW + 1)));
    expect(uses.filter((use) => use !== undefined)).toEqual([watcher()]);
  });

  it('is worth nothing after a minute, though the table may still have it', async () => {
    await tickets.putTicket(TABLE, 'late', watcher(), NOW);
    expect(await tickets.takeTicket(TABLE, 'late', NOW + TICKET_MS)).toBeUndefined();
    await tickets.putTicket(TABLE, 'in time', watcher(), NOW);
    expect(await tickets.takeTicket(TABLE, 'in time', NOW + TICKET_MS - 1)).toEqual(watcher());
  });

  it('is unknown under any other text', async () => {
    await tickets.putTicket(TABLE, 'right', watcher(), NOW);
    for (const text of ['wrong', '', 'Right'])
      expect(await tickets.takeTicket(TABLE, text, NOW)).toBeUndefined();
  });

  it('is stored as a hash, and expires', async () => {
    await tickets.putTicket(TABLE, 'tkt_secret', watcher(), NOW);
    const { Items } = await dynamo.send(new ScanCommand({ TableName: TABLE }));
    expect(JSON.stringify(Items)).not.toContain('tkt_secret');
    expect(Items!.filter(({ ttl }) => typeof ttl !== 'number')).toEqual([]);
  });
});

describe('a connection', () => {
  const list = async (now = NOW) =>
    (await connections.listConnections(TABLE, tenant, now)).map(({ id }) => id);

  it('is found by its id, and among those of its tenant until its lease ends', async () => {
    await connections.addConnection(TABLE, `${tenant}-c`, watcher(), NOW + LEASE_MS, NOW);
    expect(await connections.findConnection(TABLE, `${tenant}-c`)).toEqual(watcher());
    expect(await list(NOW + LEASE_MS - 1)).toEqual([`${tenant}-c`]);
    expect(await list(NOW + LEASE_MS)).toEqual([]);
    expect(await connections.listConnections(TABLE, 'another', NOW)).toEqual([]);
  });

  it('is prolonged as long as it is there', async () => {
    const id = `${tenant}-c`;
    await connections.addConnection(TABLE, id, watcher(), NOW, NOW);
    expect(await connections.renewConnection(TABLE, tenant, id, NOW + 5)).toBe(true);
    expect(await list()).toEqual([id]);
    await connections.removeConnection(TABLE, tenant, id);
    expect(await connections.findConnection(TABLE, id)).toBeUndefined();
    expect(await connections.renewConnection(TABLE, tenant, id, NOW + 5)).toBe(false);
    expect(await list()).toEqual([]);
  });

  it('leaves the table at last', async () => {
    await connections.addConnection(TABLE, `${tenant}-c`, watcher(), NOW, NOW);
    const { Items } = await dynamo.send(new ScanCommand({ TableName: TABLE }));
    const own = Items!.filter(({ pk }) => String(pk).includes(tenant));
    expect(own).toHaveLength(2);
    for (const { ttl } of own) expect(Number(ttl) * 1000).toBeGreaterThan(NOW + CONNECTION_MS);
  });
});

describe('a watch', () => {
  const read = () => watches.readWatch(TABLE, tenant);

  it('goes on from ping to ping, and begins anew after a gap', async () => {
    await watches.extendWatch(TABLE, tenant, NOW);
    await watches.extendWatch(TABLE, tenant, NOW + LEASE_MS);
    expect(await read()).toMatchObject({ since: NOW, coveredUntil: NOW + 2 * LEASE_MS });
    const after = NOW + 2 * LEASE_MS + 1;
    await watches.extendWatch(TABLE, tenant, after);
    expect(await read()).toMatchObject({ since: after, coveredUntil: after + LEASE_MS });
  });

  it('ends soon after the last has left, unless another came', async () => {
    await watches.extendWatch(TABLE, tenant, NOW);
    const before = (await read())!;
    await watches.extendWatch(TABLE, tenant, NOW + 1);
    await watches.shortenWatch(TABLE, tenant, before, NOW + 2);
    expect(await read()).toMatchObject({ coveredUntil: NOW + 1 + LEASE_MS });
    await watches.shortenWatch(TABLE, tenant, (await read())!, NOW + 2);
    expect(await read()).toMatchObject({ coveredUntil: NOW + 2 + KEEP_AFTER_MS });
    // Never longer.
    await watches.shortenWatch(TABLE, tenant, (await read())!, NOW + 60_000);
    expect(await read()).toMatchObject({ coveredUntil: NOW + 2 + KEEP_AFTER_MS });
  });

  it('gives each frame to one worker', async () => {
    expect(await watches.claimFrame(TABLE, tenant, undefined, NOW)).toBe(false);
    await watches.extendWatch(TABLE, tenant, NOW);
    const claims = await Promise.all([1, 2, 3].map(() => watches.claimFrame(TABLE, tenant, undefined, NOW)));
    expect(claims.filter(Boolean)).toEqual([true]);
    expect(await watches.claimFrame(TABLE, tenant, NOW - 1, NOW + 1000)).toBe(false);
    expect(await watches.claimFrame(TABLE, tenant, NOW, NOW + 1000)).toBe(true);
    await watches.extendWatch(TABLE, tenant, NOW + 1001);
    expect(await read()).toMatchObject({ frameAt: NOW + 1000 });
  });

  const known = { since: NOW, coveredUntil: NOW + 9 };
  it.each<[string, Parameters<typeof hasAllSince>, boolean]>([
    ['since', [known, NOW, NOW + 9], true],
    ['from before it began', [known, NOW - 1, NOW + 9], false],
    ['when it is over', [known, NOW, NOW + 10], false],
    ['that are kept', [{ ...known, since: 0 }, NOW + 9 - FRAME_KEPT_MS, NOW + 9], true],
    [
      'from before the oldest that is kept',
      [{ ...known, since: 0 }, NOW + 8 - FRAME_KEPT_MS, NOW + 9],
      false,
    ],
    ['of a tenant that nobody watches', [undefined, NOW, NOW + 9], false],
  ])('has all frames %s: %j → %s', (_, given, expected) => {
    expect(hasAllSince(...given)).toBe(expected);
  });
});

describe('frames', () => {
  const changes = [{ kind: 'targets' }];
  const news = merged([{ v: 1, kind: 'live', tenant: 'any', changes }]);
  const idAt = (time: number): string => lowestUlidAt(time);
  const behind = async (id: string, now: number) =>
    (await Array.fromAsync(frames.framesAfter(TABLE, tenant, id, now))).map((frame) => frame.id);

  it('are read behind one of them, in their order, and as they were told', async () => {
    for (const ms of [2000, 1000, 3000]) await frames.putFrame(TABLE, tenant, idAt(NOW + ms), news, NOW + ms);
    expect(await behind(idAt(NOW + 1000), NOW + 4000)).toEqual([idAt(NOW + 2000), idAt(NOW + 3000)]);
    const [first] = await Array.fromAsync(frames.framesAfter(TABLE, tenant, idAt(NOW), NOW + 4000));
    expect(frameFor({ hasKey: true }, first!.news, { id: first!.id, at: '' })).toMatchObject({
      changed: ['targets'],
    });
    expect(await Array.fromAsync(frames.framesAfter(TABLE, 'another', idAt(NOW), NOW + 4000))).toEqual([]);
  });

  it('are gone after their time, though the table may still have them', async () => {
    await frames.putFrame(TABLE, tenant, idAt(NOW), news, NOW);
    expect(await behind(idAt(NOW - 1), NOW + FRAME_KEPT_MS - 1)).toEqual([idAt(NOW)]);
    expect(await behind(idAt(NOW - 1), NOW + FRAME_KEPT_MS + 1)).toEqual([]);
  });
});
