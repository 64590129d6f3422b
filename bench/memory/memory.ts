import { setTimeout as sleep } from 'node:timers/promises';
import { apiClient } from '../../local/api-client.ts';
import { type LocalCloud, startLocalCloud, startWorker } from '../../local/cloud.ts';
import { synthesise } from '../../local/template/synth.ts';
import { startChild } from '../rig/child.ts';
import { startLoad } from '../rig/load.ts';
import type { ReceiverCalls } from '../rig/receiver-process.ts';
import { processEnvironments } from './process-environment.ts';

/** How much memory a function's process takes under its heaviest load, with the deployed bundle and nothing else in it. */
export interface MemoryFigures {
  readonly subscriptions: number;
  readonly deliveries: number;
  readonly functions: readonly FunctionMemory[];
}

interface FunctionMemory {
  readonly name: string;
  /** The highest of its processes. */
  readonly peakMb: number;
  readonly invocations: number;
  readonly errors: number;
}

interface Scale {
  readonly subscriptions: number;
  /** Events of 1 kB that no subscription wants, a hundred a request. */
  readonly unmatched: number;
  /** Requests of 4 MB, whose payloads go to the bucket. */
  readonly large: number;
  /** Events that all subscriptions want. */
  readonly matched: number;
}

const SCALES: Record<'full' | 'quick', Scale> = {
  full: { subscriptions: 1000, unmatched: 10_000, large: 20, matched: 20 },
  quick: { subscriptions: 1000, unmatched: 2000, large: 5, matched: 3 },
};

/** Those whose events come by the hundred, or whose state grows with a tenant's subscriptions. */
const MEASURED = ['Ingest', 'Fanout', 'DispatchSlow', 'DispatchStandard', 'Record'];
const GOAL_MB = 200;
const KEY = 'bench';
const BATCH = { perRequest: 100, parallel: 4 };

export async function measureMemory(size: 'full' | 'quick'): Promise<MemoryFigures> {
  const scale = SCALES[size];
  const peaks = new Map(MEASURED.map((name) => [name, 0]));
  const cloud = await startLocalCloud({
    assemblyDir: await synthesise(),
    secrets: { ApiKey: KEY },
    startEnvironment: (options) => {
      const { name } = options;
      if (!peaks.has(name)) return startWorker(options);
      return processEnvironments((bytes) => peaks.set(name, Math.max(peaks.get(name)!, bytes)))(options);
    },
  });
  const receiver = await startChild<ReceiverCalls>('./receiver-process.ts', {});
  try {
    await publish(cloud, `${await receiver.call('url')}/hook`, scale);
  } finally {
    await Promise.all([cloud.stop(), receiver.stop()]);
  }
  return {
    subscriptions: scale.subscriptions,
    deliveries: scale.subscriptions * scale.matched,
    functions: [...peaks].map(([name, bytes]) => {
      const { invocations, errors } = cloud.functions.get(name)!.stats();
      return { name, peakMb: Math.round(bytes / 1e6), invocations, errors };
    }),
  };
}

async function publish(cloud: LocalCloud, hookUrl: string, scale: Scale): Promise<void> {
  const api = apiClient(cloud.apiUrl, KEY);
  const unmatched = startLoad(cloud.apiUrl, KEY, () => ({ type: 'unmatched.order.placed' }));
  await unmatched.flood(0, scale.unmatched, BATCH);
  await unmatched.close();
  for (let n = 0; n < scale.large; n++) await api.publishBatch(largeBatch());
  await drained(cloud);
  for (let n = 0; n < scale.subscriptions; n++) {
    await api.subscribe({ url: `${hookUrl}/${n}`, events: ['shop.**'] });
  }
  const matched = startLoad(cloud.apiUrl, KEY);
  // The first event finds all endpoints unknown, and goes by the slow lane.
  await matched.flood(0, 1, BATCH);
  await drained(cloud);
  await matched.flood(1, scale.matched - 1, BATCH);
  await drained(cloud);
  await matched.close();
}

/** As large as a hundred payloads may be within the 6 MB that Lambda takes. */
function largeBatch(): string {
  const data = { text: 'x'.repeat(40_000) };
  const events = Array.from({ length: 100 }, () => ({ type: 'unmatched.document.stored', data }));
  return JSON.stringify({ events });
}

async function drained(cloud: LocalCloud): Promise<void> {
  const waiting = (): number =>
    Object.values(cloud.queues()).reduce(
      (sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed,
      0,
    );
  while (waiting() > 0) await sleep(50);
}

export function printMemory({ functions, subscriptions, deliveries }: MemoryFigures): void {
  console.log(
    `${subscriptions} subscriptions, ${deliveries} deliveries; each function in a process of its own\n`,
  );
  console.table(
    Object.fromEntries(
      functions.map(({ name, peakMb, invocations, errors }) => [
        name,
        { 'peak resident MB': peakMb, goal: `≤ ${GOAL_MB}`, invocations, errors },
      ]),
    ),
  );
}
