import { machineMs } from '../rig/clock.ts';
import { priceOf, totalOf } from '../rig/cost.ts';
import { percentile, round } from '../rig/statistics.ts';
import type { Sender } from './senders.ts';
import { range, type SourceRig, startSource, WARM_UP } from './source-rig.ts';

/** What a source costs, and how fast it is. */
export interface SourceRow {
  readonly source: string;
  /** From the record's birth to the endpoint, one at a time, in milliseconds. */
  readonly latency: Latencies;
  readonly costs: readonly SourceCost[];
  readonly lost: number;
}

/** In milliseconds. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
}

/** For a million records, in dollars: of the source's function and poller. */
interface SourceCost {
  /** How many records came together, and how many an invocation got. */
  readonly together: number;
  readonly batch: number;
  /** By service. Lambda's is in part this machine's time. */
  readonly dollars: Readonly<Record<string, number>>;
  readonly total: number;
  readonly producer: number;
}

export interface RowsScale {
  /** Records that are timed. */
  readonly single: number;
  /** Times that records come together. */
  readonly rounds: number;
}

export async function measureSource(sender: Sender, { single, rounds }: RowsScale): Promise<SourceRow> {
  const source = await startSource(sender, { metered: true });
  try {
    const latency = latenciesOf(await timesOf(source, range(WARM_UP, single)));
    const costs: SourceCost[] = [];
    let first = WARM_UP + single;
    for (const together of sender.together) {
      costs.push(await costOf(source, sender, { first, together, rounds }));
      first += together * rounds;
    }
    return { source: sender.source, latency, costs, lost: first - (await source.rig.receiver.call('seen')) };
  } finally {
    await source.stop();
  }
}

async function timesOf({ rig, send }: SourceRig, numbers: readonly number[]): Promise<number[]> {
  const born: [number, number][] = [];
  for (const n of numbers) {
    born.push([n, machineMs()]);
    await send([n]);
    await rig.arrived(n + 1);
  }
  const arrived = new Map((await rig.receiver.call('arrivals')).map(({ n, at }) => [n, at]));
  return born.flatMap(([n, at]) => (arrived.has(n) ? [arrived.get(n)! - at] : []));
}

/** Each round begins when all records of the last one have arrived, so that no more than these come together. */
async function costOf(
  { rig, send }: SourceRig,
  { functionName, producerMillion }: Sender,
  { first, together, rounds }: { readonly first: number; readonly together: number; readonly rounds: number },
): Promise<SourceCost> {
  await rig.drained();
  await rig.cloud.call('resetMeter');
  for (let round = 0; round < rounds; round++) {
    await send(range(first + round * together, together));
    await rig.arrived(first + (round + 1) * together);
  }
  await rig.drained();
  const counted = (await rig.cloud.call('meter')).filter(
    ({ caller, on }) => caller === functionName || on === functionName,
  );
  const lines = priceOf(counted, rounds * together);
  const invocations = counted.find(({ service }) => service === 'lambda')?.requests ?? Number.NaN;
  const services = Map.groupBy(lines, ({ service }) => service);
  return {
    together,
    batch: round((rounds * together) / invocations),
    dollars: Object.fromEntries([...services].map(([service, of]) => [service, round(totalOf(of), 3)])),
    total: round(totalOf(lines), 2),
    producer: round(producerMillion(together), 2),
  };
}

export const latenciesOf = (times: readonly number[]): Latencies => ({
  p50: round(percentile(times, 0.5)),
  p99: round(percentile(times, 0.99)),
});

export function printRows(rows: readonly SourceRow[]): void {
  console.table(Object.fromEntries(rows.map(({ source, latency, lost }) => [source, { ...latency, lost }])));
  console.log('Milliseconds from a record’s birth to its endpoint, one at a time.\n');
  console.table(
    rows.flatMap(({ source, costs }) =>
      costs.map(({ together, batch, dollars, total, producer }) => ({
        source,
        together,
        'an invocation': batch,
        ...dollars,
        total,
        producer,
      })),
    ),
  );
  console.log(
    'Dollars for a million records that come together, until they are events. Lambda’s are in part this machine’s time.\n',
  );
}
