import { availableParallelism, cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiClient } from '../../local/api-client.ts';
import { type Child, startChild } from '../rig/child.ts';
import { type Load, type Sent, startLoad } from '../rig/load.ts';
import type { ReceiverCalls } from '../rig/receiver-process.ts';
import type { Rig } from '../rig/rig.ts';
import { medians, round } from '../rig/statistics.ts';
import { type Latencies, latenciesOf } from './rows.ts';
import type { Sender } from './senders.ts';
import { range, type SourceRig, startSource, WARM_UP } from './source-rig.ts';

/** What a flood of a source does to another tenant's API traffic. */
export interface FloodFigures {
  readonly source: string;
  readonly alone: ApiTraffic;
  readonly beside: readonly Beside[];
  readonly lost: number;
}

interface Beside {
  /** Records of the source. */
  readonly perSecond: number;
  readonly traffic: ApiTraffic;
  /** Medians beside the flood, as multiples of those alone. */
  readonly ratios: { readonly publish: Latencies; readonly delivery: Latencies };
}

/** Medians of rounds. Times in milliseconds, shares of all processors in percent. */
interface ApiTraffic {
  readonly publish: Latencies;
  readonly delivery: Latencies;
  /** All that the machine had to do, and the cloud's part in it. */
  readonly machine: number;
  readonly cloud: number;
}

export interface FloodScale {
  readonly rounds: number;
  readonly seconds: number;
}

/** All share this machine: the second is about half of what two processors deliver. */
const RATES = [50, 200];
const API_PER_SECOND = 20;
/** Seconds until the API's functions have started and the endpoint is proven. */
const HEAD_START = 5;
/** Records come together in these, spread over the time. */
const TOGETHER = 10;

/**
 * Another tenant publishes by the API, while the first tenant's source gets nothing or a flood. Rounds take turns in one
 * cloud, so that what else the machine has to do falls on all alike.
 */
export async function measureFlood(sender: Sender, { rounds, seconds }: FloodScale): Promise<FloodFigures> {
  const source = await startSource(sender, { metered: false });
  const other = await startOther(source.rig);
  const measured = new Map<number, ApiTraffic[]>([0, ...RATES].map((rate) => [rate, []]));
  let record = WARM_UP;
  let event = HEAD_START * API_PER_SECOND;
  try {
    await other.load.steady(0, API_PER_SECOND, HEAD_START);
    await settled(source.rig, record);
    for (const perSecond of Array.from({ length: rounds }, () => [...measured.keys()]).flat()) {
      const flood = floodBy(source, { first: record, perSecond, seconds });
      const usage = usageOf(source.rig);
      const sent = await other.load.steady(event, API_PER_SECOND, seconds);
      const used = await usage.end();
      await flood;
      record += perSecond * seconds;
      event += sent.length;
      await settled(source.rig, record);
      measured.get(perSecond)!.push({ ...(await other.timesOf(sent)), ...used });
    }
    const lost = record - (await source.rig.receiver.call('seen'));
    return figuresOf(sender.source, measured, lost + event - (await other.receiver.call('seen')));
  } finally {
    await other.stop();
    await source.stop();
  }
}

function figuresOf(
  source: string,
  measured: ReadonlyMap<number, readonly ApiTraffic[]>,
  lost: number,
): FloodFigures {
  const alone = medians(measured.get(0)!);
  const beside = RATES.map((perSecond) => {
    const traffic = medians(measured.get(perSecond)!);
    const ratio = (of: 'publish' | 'delivery'): Latencies => ({
      p50: round(traffic[of].p50 / alone[of].p50, 2),
      p99: round(traffic[of].p99 / alone[of].p99, 2),
    });
    return { perSecond, traffic, ratios: { publish: ratio('publish'), delivery: ratio('delivery') } };
  });
  return { source, alone, beside, lost };
}

async function settled(rig: Rig, records: number): Promise<void> {
  await rig.arrived(records);
  await rig.drained();
}

async function floodBy(
  { send }: SourceRig,
  {
    first,
    perSecond,
    seconds,
  }: { readonly first: number; readonly perSecond: number; readonly seconds: number },
): Promise<void> {
  const began = performance.now();
  for (let sent = 0; sent < perSecond * seconds; sent += TOGETHER) {
    await send(range(first + sent, TOGETHER));
    const wait = began + ((sent + TOGETHER) * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
  }
}

function usageOf(rig: Rig): { end(): Promise<{ readonly machine: number; readonly cloud: number }> } {
  const began = { at: performance.now(), busy: busyMs(), cloud: rig.cloud.call('status') };
  return {
    async end() {
      const share = (ms: number): number =>
        round((100 * ms) / (performance.now() - began.at) / availableParallelism(), 0);
      const cloudMs = (await rig.cloud.call('status')).cpuMs - (await began.cloud).cpuMs;
      return { machine: share(busyMs() - began.busy), cloud: share(cloudMs) };
    },
  };
}

/** Time that all processors of the machine have worked, whoever had them do so. */
const busyMs = (): number =>
  cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);

interface Other {
  readonly load: Load;
  readonly receiver: Child<ReceiverCalls>;
  timesOf(sent: readonly Sent[]): Promise<Pick<ApiTraffic, 'publish' | 'delivery'>>;
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
    async timesOf(sent) {
      const arrived = new Map((await receiver.call('arrivals')).map(({ n, at }) => [n, at]));
      return {
        publish: latenciesOf(sent.map(({ sentAt, acceptedAt }) => acceptedAt - sentAt)),
        delivery: latenciesOf(
          sent.flatMap(({ n, sentAt }) => (arrived.has(n) ? [arrived.get(n)! - sentAt] : [])),
        ),
      };
    },
    async stop() {
      await load.close();
      await receiver.stop();
    },
  };
}

export function printFlood({ source, alone, beside, lost }: FloodFigures): void {
  const line = ({ publish, delivery, machine, cloud }: ApiTraffic) => ({
    'publish p50': publish.p50,
    'publish p99': publish.p99,
    'delivery p50': delivery.p50,
    'delivery p99': delivery.p99,
    'machine, %': machine,
    'cloud, %': cloud,
  });
  const times = ({ publish, delivery }: Beside['ratios']) => ({
    'publish p50': publish.p50,
    'publish p99': publish.p99,
    'delivery p50': delivery.p50,
    'delivery p99': delivery.p99,
  });
  console.table({
    alone: line(alone),
    ...Object.fromEntries(
      beside.flatMap(({ perSecond, traffic, ratios }) => [
        [`beside ${perSecond} a second`, line(traffic)],
        [`${perSecond} a second, times alone`, times(ratios)],
      ]),
    ),
  });
  console.log(
    `Another tenant’s ${API_PER_SECOND} events a second by the API, in milliseconds from the request, while ${source} gets so many records, ten at once. Medians of rounds that take turns; lost: ${lost}.`,
  );
}
