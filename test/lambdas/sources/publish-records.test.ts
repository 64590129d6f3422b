import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SendError } from '../../../lambdas/platform/sqs.ts';
import { wrong } from '../../../lambdas/publishing/event-checks.ts';
import { publishRecords } from '../../../lambdas/sources/publish-records.ts';
import { NOW, TENANT } from '../../builders/ingest.ts';
import { inMemorySources, recordOf, tenantOf } from '../../builders/sources.ts';

const OTHER = 'ten_01M7YZPEDCV2N9CR0Q6WV7Z1QY';
const ORDERS = { kind: 'sqs', name: 'orders' } as const;

let lines: Record<string, unknown>[];
beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(JSON.parse(String(line)) as Record<string, unknown>);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const counts = () =>
  Object.fromEntries(
    lines
      .filter(({ _aws }) => _aws)
      .flatMap((line) =>
        ['SourceEvents', 'SourceQuarantined', 'Faults'].flatMap((name) =>
          name in line ? [[`${name} ${line.Source ?? ''}`.trim(), line[name]]] : [],
        ),
      ),
  );

const refusedSend = (...positions: number[]): SendError =>
  new SendError(positions.map((id) => ({ id: String(id), reason: 'InternalError', isSendersFault: false })));

describe('records of a source', () => {
  it('become events of their tenant, with its settings, in its message group', async () => {
    const world = inMemorySources();
    world.tenants.set(OTHER, tenantOf(OTHER, { logRetentionHours: 2 }));
    const records = [recordOf('a'), recordOf('b', { tenant: { ok: true, value: OTHER } }), recordOf('c')];
    expect(await publishRecords(world.deps, ORDERS, records)).toEqual([]);
    expect(world.messages.map(({ group }) => group)).toEqual([TENANT, OTHER]);
    expect(world.sent()).toMatchObject([{ id: 'a' }, { id: 'c' }, { id: 'b', keepSeconds: 7200 }]);
    expect(counts()).toEqual({ 'SourceEvents sqs': 3 });
  });

  it('with large payloads have them in the bucket', async () => {
    const world = inMemorySources();
    const body = Buffer.alloc(10_000, 'x');
    await publishRecords(world.deps, ORDERS, [recordOf('a', { event: { body } })]);
    const [event] = world.sent();
    expect(event!.payload).toMatchObject({ kind: 'stored', bytes: 10_000 });
    expect([...world.payloads.values()]).toEqual([body]);
  });

  it('that come again have the same id and the same digest, by which they are dropped', async () => {
    const world = inMemorySources();
    await publishRecords(world.deps, ORDERS, [recordOf('a')]);
    await publishRecords(world.deps, ORDERS, [recordOf('a')]);
    const [first, second] = world.sent();
    expect(second).toMatchObject({ id: first!.id, digest: first!.digest });
  });

  it.each([
    [
      'no tenant',
      recordOf('bad', { tenant: wrong('expected a text', 'attribute tenant') }),
      'attribute tenant: expected a text',
    ],
    [
      'a tenant that there is not',
      recordOf('bad', { tenant: { ok: true, value: OTHER } }),
      'tenant: expected a tenant that there is, and that is not being deleted',
    ],
    [
      'a tenant that is no id',
      recordOf('bad', { tenant: { ok: true, value: '' } }),
      'tenant: expected a tenant that there is, and that is not being deleted',
    ],
    ['no event', { ...recordOf('bad'), event: () => wrong('expected JSON', 'body') }, 'body: expected JSON'],
  ])('that have %s are in quarantine, with where they came from', async (_, bad, problem) => {
    const world = inMemorySources();
    expect(await publishRecords(world.deps, ORDERS, [recordOf('a'), bad, recordOf('c')])).toEqual([]);
    expect(world.sent().map(({ id }) => id)).toEqual(['a', 'c']);
    expect(world.quarantined()).toMatchObject([{ from: 'sqs/orders', id: 'bad', problem, body: 'raw bad' }]);
    expect(counts()).toEqual({ 'SourceEvents sqs': 2, 'SourceQuarantined sqs': 1 });
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: 'record quarantined',
        source: 'sqs/orders',
        record: 'bad',
        detail: problem,
      }),
    );
  });

  it('that our code fails on are in quarantine, and hold up no others', async () => {
    const world = inMemorySources();
    const bad = {
      ...recordOf('bad'),
      event: () => {
        throw new TypeError('secret of the payload');
      },
    };
    expect(await publishRecords(world.deps, ORDERS, [bad, recordOf('c')])).toEqual([]);
    expect(world.quarantined()).toMatchObject([
      { problem: 'reading the record failed with TypeError', tenant: TENANT },
    ]);
    expect(world.sent()).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain('secret of the payload');
  });

  it('that do not fit their schema are in quarantine where the tenant says so', async () => {
    const world = inMemorySources();
    world.tenants.set(TENANT, tenantOf(TENANT, { schemaCheck: 'enforce' }));
    const at = '2026-11-27T00:00:00Z';
    const schema = JSON.stringify({ properties: { order: { type: 'number' } } });
    const type = {
      id: 'order.created',
      schema,
      revision: 1,
      version: '1',
      deprecated: false,
      createdAt: at,
      updatedAt: at,
    };
    world.types.set(`${TENANT} order.created`, type);
    await publishRecords(world.deps, ORDERS, [recordOf('a')]);
    expect(world.sent()).toEqual([]);
    expect(world.quarantined()[0]!.problem).toContain('does not fit the schema of order.created');
  });

  it('leave no name of their payload’s members in the log', async () => {
    const world = inMemorySources();
    world.tenants.set(TENANT, tenantOf(TENANT, { schemaCheck: 'enforce' }));
    const at = '2026-11-27T00:00:00Z';
    for (const schema of [
      { additionalProperties: false },
      { unevaluatedProperties: false },
      { additionalProperties: { type: 'string' } },
      { propertyNames: { pattern: '^a' } },
      { patternProperties: { '^ada': { enum: ['x'] } } },
    ]) {
      const type = { id: 'order.created', schema: JSON.stringify(schema), revision: 1, version: '1' };
      world.types.set(`${TENANT} order.created`, {
        ...type,
        deprecated: false,
        createdAt: at,
        updatedAt: at,
      });
      world.clock.now += 60_000;
      const body = Buffer.from('{"ada@example.com": 1}');
      await publishRecords(world.deps, ORDERS, [recordOf('a', { event: { body } })]);
    }
    expect(world.quarantined()).toHaveLength(5);
    expect(JSON.stringify(lines)).toContain('does not fit the schema of order.created');
    expect(JSON.stringify(lines)).not.toContain('ada@example.com');
  });

  it('are quarantined however long the id is that a producer chose', async () => {
    const world = inMemorySources();
    const bad = {
      ...recordOf('bad'),
      at: '"'.repeat(900_000),
      event: () => wrong('expected another id', 'id'),
    };
    expect(await publishRecords(world.deps, ORDERS, [bad])).toEqual([]);
    expect(JSON.stringify(world.quarantined()).length).toBeLessThan(10_000);
    expect(JSON.stringify(lines).length).toBeLessThan(10_000);
  });

  it('with the id of another event are in quarantine', async () => {
    const world = inMemorySources();
    world.digests.set('a', 'another');
    await publishRecords(world.deps, ORDERS, [recordOf('a')]);
    expect(world.quarantined()).toMatchObject([
      { id: 'a', problem: expect.stringContaining('another event’s') },
    ]);
  });

  it('may be as large as their tenant’s payloads', async () => {
    const world = inMemorySources();
    world.tenants.set(TENANT, tenantOf(TENANT, { limits: { payloadBytes: 2000 } }));
    const asked: number[] = [];
    const record = recordOf('a');
    const event = (maxBytes: number) => {
      asked.push(maxBytes);
      return record.event(maxBytes);
    };
    await publishRecords(world.deps, ORDERS, [{ ...record, event }]);
    expect(asked).toEqual([2000]);
  });

  it('that are too large for a message of the quarantine queue are kept in the bucket', async () => {
    const world = inMemorySources();
    const raw = '\u0001'.repeat(100_000);
    const bad = (value: string) => ({ tenant: { ok: true, value } as const, raw: () => raw });
    const large = { ...recordOf('large', bad(TENANT)), event: () => wrong('expected JSON') };
    await publishRecords(world.deps, ORDERS, [large, recordOf('nobody', bad(OTHER))]);
    const [first, second] = world.quarantined().toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(first!.body).toBeUndefined();
    expect(first!.stored).toEqual({
      key: expect.stringMatching(new RegExp(`^payloads/${TENANT}/quarantine-`)),
      bytes: 100_000,
    });
    expect(Buffer.from(world.payloads.get(first!.stored!.key)!).toString()).toBe(raw);
    expect(second!.stored!.key).toBe(`payloads/no-tenant/quarantine-${second!.stored!.key.slice(-26)}`);
  });
});

describe('a fault of our own', () => {
  it('lets the records of the tenant concerned come again, and no others', async () => {
    const world = inMemorySources();
    world.tenants.set(OTHER, tenantOf(OTHER));
    const send = world.stores.sendMessages;
    world.stores.sendMessages = async (messages) => {
      if (messages[0]!.group === TENANT) throw refusedSend(0);
      await send(messages);
    };
    const records = [recordOf('a'), recordOf('b', { tenant: { ok: true, value: OTHER } }), recordOf('c')];
    expect(await publishRecords(world.deps, ORDERS, records)).toEqual([0, 2]);
    expect(world.sent().map(({ id }) => id)).toEqual(['b']);
    expect(counts()).toEqual({ 'SourceEvents sqs': 1, Faults: 2 });
  });

  it('in reading the tenant does the same', async () => {
    const world = inMemorySources();
    world.stores.tenantInUse = async () => {
      throw new Error('ECONNRESET');
    };
    expect(await publishRecords(world.deps, ORDERS, [recordOf('a')])).toEqual([0]);
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'source failed', tenant: TENANT, record: 'a' }),
    );
  });

  it('in quarantine lets those come again that are not in it', async () => {
    const world = inMemorySources();
    world.stores.sendToQuarantine = async () => {
      throw refusedSend(1);
    };
    const bad = (id: string) => ({ ...recordOf(id), event: () => wrong('expected JSON') });
    expect(await publishRecords(world.deps, ORDERS, [bad('a'), recordOf('b'), bad('c')])).toEqual([2]);
    expect(counts()).toEqual({ 'SourceEvents sqs': 1, 'SourceQuarantined sqs': 1, Faults: 1 });
  });

  it('in the bucket lets a large one come again', async () => {
    const world = inMemorySources();
    world.stores.putPayload = async () => {
      throw new Error('SlowDown');
    };
    const large = {
      ...recordOf('a', { raw: () => 'x'.repeat(300_000) }),
      event: () => wrong('expected JSON'),
    };
    expect(await publishRecords(world.deps, ORDERS, [large])).toEqual([0]);
    expect(world.quarantined()).toEqual([]);
  });
});

describe('what is known of a tenant', () => {
  it('is read once in 30 seconds, and that there is none for a second', async () => {
    const world = inMemorySources();
    const asked: string[] = [];
    const read = world.stores.tenantInUse;
    world.stores.tenantInUse = (id) => {
      asked.push(id);
      return read(id);
    };
    const both = () =>
      publishRecords(world.deps, ORDERS, [
        recordOf('a'),
        recordOf('b', { tenant: { ok: true, value: OTHER } }),
      ]);
    await both();
    await both();
    expect(asked).toEqual([TENANT, OTHER]);
    world.clock.now = NOW + 1500;
    await both();
    expect(asked).toEqual([TENANT, OTHER, OTHER]);
    world.clock.now = NOW + 31_000;
    world.tenants.delete(TENANT);
    await both();
    expect(world.quarantined().filter(({ id }) => id === 'a')).toHaveLength(1);
  });
});
