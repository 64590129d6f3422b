import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type TakeLogsDeps, takeLogs } from '../../../../lambdas/sources/logs/take-logs.ts';
import type { SourceRecord } from '../../../../lambdas/sources/publish-records.ts';

const TENANT = 'ten_0000000000000000000000000A';

const packed = (message: object): object => ({
  awslogs: { data: gzipSync(JSON.stringify(message)).toString('base64') },
});

const lines = (messages: readonly string[], more = {}) =>
  packed({
    messageType: 'DATA_MESSAGE',
    owner: '111111111111',
    logGroup: '/shop/app',
    logStream: 'i-1',
    subscriptionFilters: ['posthorn-prod-shop'],
    logEvents: messages.map((message, i) => ({ id: String(i), timestamp: 1_800_000_000_000 + i, message })),
    ...more,
  });

type Call = readonly SourceRecord[];

function setUp(failing: readonly number[] = []) {
  const calls: Call[] = [];
  const own: string[] = [];
  const deps: TakeLogsDeps = {
    environment: 'prod',
    source: { name: 'shop', tenant: TENANT, level: 'info' },
    async publish(records) {
      calls.push(records);
      return failing;
    },
    ownLines: (logGroup) => own.push(logGroup),
  };
  return { deps, calls, own };
}

const types = (records: Call): unknown[] =>
  records.map(({ event }) => {
    const read = event(1000);
    return read.ok ? read.value.type : read.problem.message;
  });

describe('takeLogs (A8)', () => {
  it('publishes each line of a source', async () => {
    const { deps, calls } = setUp();
    expect(await takeLogs(deps, lines(['ERROR: a', 'START RequestId: x', '{"event_type":"b.c"}']))).toBe(0);
    expect(calls).toHaveLength(1);
    expect(types(calls[0]!)).toEqual(['log.error', 'b.c']);
    const [first] = calls[0]!;
    expect(first!.tenant).toEqual({ ok: true, value: TENANT });
    expect(first!.at).toBe('/shop/app:i-1:0');
    expect(JSON.parse(first!.raw())).toMatchObject({ logGroup: '/shop/app', id: '0', message: 'ERROR: a' });
  });

  it('refuses a line that its tenant may not send', async () => {
    const { deps, calls } = setUp();
    await takeLogs(deps, lines(['x'.repeat(2000)]));
    expect(types(calls[0]!)).toEqual([expect.stringContaining('1000')]);
  });

  it('works on many lines in parts, and says how many have to come again', async () => {
    const { deps, calls } = setUp([3, 5]);
    expect(await takeLogs(deps, lines(Array(2500).fill('x')))).toBe(6);
    expect(calls.map((records) => records.length)).toEqual([1000, 1000, 500]);
  });

  it('leaves a control message, and lines of the environment itself', async () => {
    const { deps, calls, own } = setUp();
    await takeLogs(deps, packed({ messageType: 'CONTROL_MESSAGE' }));
    for (const logGroup of [
      '/aws/vendedlogs/posthorn-prod/api',
      'posthorn-prod-pipeline-DispatchLogs1',
      '/aws/lambda/posthorn-prod-sources-Logs',
    ])
      await takeLogs(deps, lines(['x'], { logGroup }));
    expect(calls).toEqual([]);
    expect(own).toHaveLength(3);
    await takeLogs(deps, lines(['x'], { logGroup: '/aws/lambda/posthorn-products' }));
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['what it can’t read', { awslogs: { data: 'x' } }],
    ['lines of another filter', lines(['x'], { subscriptionFilters: ['posthorn-prod-gone'] })],
  ])('keeps %s', async (_, event) => {
    const { deps, calls } = setUp();
    await takeLogs(deps, event);
    expect(calls).toHaveLength(1);
    const [record] = calls[0]!;
    expect(record!.tenant).toMatchObject({ ok: false });
    expect(JSON.parse(record!.raw())).toEqual(event);
  });
});
