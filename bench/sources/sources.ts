import { setTimeout as sleep } from 'node:timers/promises';
import { apiClient } from '../../local/api-client.ts';
import { type Child, startChild } from '../rig/child.ts';
import { machineMs } from '../rig/clock.ts';
import { priceOf, totalOf } from '../rig/cost.ts';
import { type Load, type Sent, startLoad } from '../rig/load.ts';
import type { ReceiverCalls } from '../rig/receiver-process.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { percentile, round } from '../rig/statistics.ts';
import { SENDERS, type Sender } from './senders.ts';

/** What sources cost and how fast they are, and what a flood of one does to another tenant's API traffic. */
export interface SourcesFigures {
  readonly rows: readonly SourceRow[];
  readonly flood: {
    readonly records: number;
    readonly alone: ApiTraffic;
    readonly beside: ApiTraffic;
    /** p99 beside the flood, as a multiple of p99 alone. */
    readonly ratios: { readonly publish: number; readonly delivery: number };
  };
}

interface SourceRow {
  readonly source: string;
  /** From the record's birth to the endpoint, one at a time, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Of the source's function and poller, for a million records that come ten at once; and what their producer pays. */
  readonly dollarsPerMillion: number;
  readonly producerMillion: number;
  readonly lost: number;
}

/** Milliseconds. */
interface ApiTraffic {
  readonly publish: Latencies;
  readonly delivery: Latencies;
  readonly lost: number;
}

interface Latencies {
  readonly p50: number;
  readonly p99: number;
}

const SCALES = {
  full: { single: 200, metered: 2000, seconds: 60, perSecond: 100 },
  quick: { single: 40, metered: 500, seconds: 15, perSecond: 100 },
};
/** Records until functions have started. */
const WARM_UP = 50;
const API_PER_SECOND = 10;

export async function measureSources(size: 'full' | 'quick'): Promise<SourcesFigures> {
  const scale = SCALES[size];
  const rows: SourceRow[] = [];
  for (const sender of SENDERS) rows.push(await measureSource(sender, scale));
  const records = scale.seconds * scale.perSecond;
  const alone = await measureApi(scale, false);
  const beside = await measureApi(scale, true);
  const ratio = (of: 'publish' | 'delivery') => round(beside[of].p99 / alone[of].p99, 2);
  const ratios = { publish: ratio('publish'), delivery: ratio('delivery') };
  return { rows, flood: { records, alone, beside, ratios } };
}

async function measureSource(
  sender: Sender,
  { single, metered }: { readonly single: number; readonly metered: number },
): Promise<SourceRow> {
  const rig = await startRig({ metered: true });
  try {
    const operator = await rig.cloud.call('operator');
    await sender.send(operator, range(0, WARM_UP));
    await rig.arrived(WARM_UP);
    const times: number[] = [];
    const seenAt = async (n: number) => (await rig.receiver.call('arrivals')).find((one) => one.n === n)?.at;
    for (const n of range(WARM_UP, single)) {
      const born = machineMs();
      await sender.send(operator, [n]);
      await rig.arrived(n + 1);
      const at = await seenAt(n);
      if (at !== undefined) times.push(at - born);
    }
    await rig.drained();
    await rig.cloud.call('resetMeter');
    const all = WARM_UP + single + metered;
    await sender.send(operator, range(WARM_UP + single, metered));
    await rig.arrived(all);
    await rig.drained();
    const { functionName } = sender;
    const counted = (await rig.cloud.call('meter')).filter(
      ({ caller, on }) => caller === functionName || on === functionName,
    );
    return {
      source: sender.source,
      ...latenciesOf(times),
      dollarsPerMillion: round(totalOf(priceOf(counted, metered)), 2),
      producerMillion: sender.producerMillion,
      lost: all - (await rig.receiver.call('seen')),
    };
  } finally {
    await rig.stop();
  }
}

/** Another tenant publishes ten events a second by the API, while the first tenant's source gets ten times as many, or none. */
async function measureApi(
  { seconds, perSecond }: { readonly seconds: number; readonly perSecond: number },
  isFlooded: boolean,
): Promise<ApiTraffic> {
  const rig = await startRig({ metered: false });
  const other = await startOther(rig);
  try {
    await other.load.steady(0, API_PER_SECOND, 5);
    await sleep(1000);
    const warm = 5 * API_PER_SECOND;
    const flood = isFlooded ? floodBy(SENDERS[0]!, rig, seconds, perSecond) : undefined;
    const sent = await other.load.steady(warm, API_PER_SECOND, seconds);
    await flood;
    await rig.drained();
    return trafficOf(sent, await other.receiver.call('arrivals'));
  } finally {
    await other.stop();
    await rig.stop();
  }
}

async function floodBy(sender: Sender, rig: Rig, seconds: number, perSecond: number): Promise<void> {
  const operator = await rig.cloud.call('operator');
  const began = performance.now();
  for (let second = 0; second < seconds; second++) {
    await sender.send(operator, range(second * perSecond, perSecond));
    const wait = began + (second + 1) * 1000 - performance.now();
    if (wait > 0) await sleep(wait);
  }
}

interface Other {
  readonly load: Load;
  readonly receiver: Child<ReceiverCalls>;
  stop(): Promise<void>;
}

async function startOther(rig: Rig): Promise<Other> {
  const receiver = await startChild<ReceiverCalls>('./receiver-process.ts', {});
  const tenant = await rig.api.call<{ id: string }>('POST', '/v1/tenants', { name: 'another' });
  const settings = { name: 'api', scopes: ['manage', 'publish'], tenantId: tenant.id };
  const { key } = await rig.api.call<{ key: string }>('POST', '/v1/keys', settings);
  const apiUrl = await rig.cloud.call('apiUrl');
  await apiClient(apiUrl, key).subscribe({
    url: `${await receiver.call('url')}/hook`,
    events: ['shop.**'],
  });
  const load = startLoad(apiUrl, key);
  return {
    load,
    receiver,
    async stop() {
      await load.close();
      await receiver.stop();
    },
  };
}

function trafficOf(
  sent: readonly Sent[],
  arrivals: readonly { readonly n: number; readonly at: number }[],
): ApiTraffic {
  const at = new Map(arrivals.map((one) => [one.n, one.at]));
  const delivered = sent.flatMap(({ n, acceptedAt }) =>
    at.has(n) ? [Math.max(0, at.get(n)! - acceptedAt)] : [],
  );
  return {
    publish: latenciesOf(sent.map(({ sentAt, acceptedAt }) => acceptedAt - sentAt)),
    delivery: latenciesOf(delivered),
    lost: sent.length - delivered.length,
  };
}

const latenciesOf = (times: readonly number[]): Latencies => ({
  p50: round(percentile(times, 0.5)),
  p99: round(percentile(times, 0.99)),
});

const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

export function printSources({ rows, flood }: SourcesFigures): void {
  console.table(
    Object.fromEntries(
      rows.map(({ source, dollarsPerMillion, producerMillion, ...rest }) => [
        source,
        { ...rest, '$ a million': dollarsPerMillion, 'producer, $ a million': producerMillion },
      ]),
    ),
  );
  console.log(
    'Milliseconds from a record’s birth to its endpoint, one at a time; costs of records that come ten at once.\n',
  );
  const line = ({ publish, delivery, lost }: ApiTraffic) => ({
    'publish p50': publish.p50,
    'publish p99': publish.p99,
    'delivery p50': delivery.p50,
    'delivery p99': delivery.p99,
    lost,
  });
  console.table({ alone: line(flood.alone), 'beside a flood of a source': line(flood.beside) });
  console.log(
    `Another tenant’s API traffic, ${API_PER_SECOND} events a second, beside ${flood.records} records: p99 of publishing × ${flood.ratios.publish}, of delivery × ${flood.ratios.delivery}.`,
  );
}
