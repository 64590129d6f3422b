import { setTimeout as sleep } from 'node:timers/promises';
import { type CostLine, priceOf, totalOf } from './rig/cost.ts';
import { type EngineRig, startEngineRig } from './rig/engine-rig.ts';
import { startLoad } from './rig/load.ts';
import { percentile, round } from './rig/statistics.ts';
import { row } from './rig/table.ts';
import { untilIn } from './states.ts';

/** What fetching costs and takes, with messages that are fetched and acknowledged by tens. */
export interface PullFigures {
  readonly messages: number;
  readonly fetched: number;
  /** Milliseconds. */
  readonly fetchP50: number;
  readonly fetchP95: number;
  readonly acknowledgeP50: number;
  readonly acknowledgeP95: number;
  /** Of an answer without messages. */
  readonly emptyP50: number;
  readonly messagesPerSecond: number;
  /** For a million, from publishing to the last record, with a hundred events in a request. */
  readonly dollarsPerMillion: number;
  readonly lines: readonly CostLine[];
}

const MESSAGES = { full: 1000, quick: 200 };
const BY = 10;
const CONSUMERS = 2;
const EMPTY_FETCHES = 50;

export async function measurePull(size: 'full' | 'quick'): Promise<PullFigures> {
  const rig = await startEngineRig({ metered: true });
  try {
    // The first pays for the cold starts.
    await consumed(rig, 'warm.pull', 50);
    return await consumed(rig, 'cost.pull', MESSAGES[size]);
  } finally {
    await rig.stop();
  }
}

async function consumed(rig: EngineRig, type: string, messages: number): Promise<PullFigures> {
  const { api, apiUrl, cloud } = rig;
  const { targetId } = await api.call<{ targetId: string }>('POST', '/v1/subscriptions', {
    target: { kind: 'pull' },
    filter: { events: [type] },
  });
  const path = `/v1/targets/${targetId}/messages`;
  const load = startLoad(apiUrl, 'bench', () => ({ type }));
  await cloud.call('resetMeter');
  await load.flood(0, messages, { perRequest: 100, parallel: 2 });
  await untilIn(rig, `room#`, messages);
  const fetches: number[] = [];
  const acknowledgements: number[] = [];
  let fetched = 0;
  const began = performance.now();
  const consume = async (): Promise<void> => {
    while (fetched < messages) {
      const { items } = await timed(fetches, () =>
        api.call<{ items: { receipt: string }[] }>('GET', `${path}?max=${BY}`),
      );
      if (items.length === 0) return;
      fetched += items.length;
      const receipts = items.map(({ receipt }) => receipt);
      await timed(acknowledgements, () => api.call('POST', `${path}/acknowledge`, { receipts }));
    }
  };
  await Promise.all(Array.from({ length: CONSUMERS }, consume));
  const seconds = (performance.now() - began) / 1000;
  while ((await api.call<{ delivered: number }>('GET', `/v1/targets/${targetId}/health`)).delivered < fetched)
    await sleep(200);
  const counted = (await cloud.call('meter')).filter(({ caller }) => !['Release', 'Manage'].includes(caller));
  const empty: number[] = [];
  for (let n = 0; n < EMPTY_FETCHES; n++) await timed(empty, () => api.call('GET', path));
  await load.close();
  const lines = priceOf(counted, messages);
  return {
    messages,
    fetched,
    fetchP50: round(percentile(fetches, 0.5)),
    fetchP95: round(percentile(fetches, 0.95)),
    acknowledgeP50: round(percentile(acknowledgements, 0.5)),
    acknowledgeP95: round(percentile(acknowledgements, 0.95)),
    emptyP50: round(percentile(empty, 0.5)),
    messagesPerSecond: round(fetched / seconds, 0),
    dollarsPerMillion: round(totalOf(lines), 2),
    lines,
  };
}

async function timed<T>(into: number[], call: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const answer = await call();
  into.push(performance.now() - began);
  return answer;
}

export function printPull(figures: PullFigures): void {
  const { lines, messages, fetched } = figures;
  console.log(`${messages} messages, fetched and acknowledged by tens, by ${CONSUMERS} consumers:`);
  console.table({
    fetched: row(fetched, String(messages)),
    'fetch p50 ms': row(figures.fetchP50),
    'fetch p95 ms': row(figures.fetchP95),
    'acknowledge p50 ms': row(figures.acknowledgeP50),
    'acknowledge p95 ms': row(figures.acknowledgeP95),
    'empty fetch p50 ms': row(figures.emptyP50),
    'messages a second': row(figures.messagesPerSecond),
    '$ for a million': row(figures.dollarsPerMillion),
  });
  const of = (name: string): number =>
    round(
      lines.filter(({ service }) => service === name).reduce((sum, one) => sum + one.dollarsPerMillion, 0),
      2,
    );
  console.table(
    Object.fromEntries([...new Set(lines.map(({ service }) => service))].map((name) => [name, of(name)])),
  );
}
