import { setTimeout as sleep } from 'node:timers/promises';
import type { About } from './rig/load.ts';
import { type Rig, startRig } from './rig/rig.ts';
import { row } from './rig/table.ts';

/** What happened to events while workers were killed. */
export interface KillFigures {
  readonly events: number;
  readonly kills: number;
  /** Kills that ended an invocation; the others hit an idle worker. */
  readonly atWork: number;
  readonly killsOf: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly duplicates: number;
  /** Events whose log does not show them as delivered. */
  readonly notShown: number;
  readonly seconds: number;
}

const EVENTS = { full: 10_000, quick: 1000 };
/** Slow enough for many kills, fast enough that most of them hit a busy worker. */
const EVENTS_A_SECOND = 200;
const BATCH = 20;
const KILL_EVERY_MS = 1000;
/** First attempts that fail, so that retries happen as well. */
const REFUSE_EVERY = 10;
/**
 * A killed worker's messages reappear after their queue's visibility timeout, six times its function's own: 270 s in
 * the lanes. Longer silence means a second kill of the same message, or a loss.
 */
const PATIENCE_MS = 6 * 60_000;
/** Three of the lanes; retries are in the fourth. */
const PRIORITIES = ['critical', 'normal', 'normal', 'low'];
const about: About = (n) => ({ type: 'shop.order.placed', priority: PRIORITIES[n % PRIORITIES.length]! });

/** Publishes events while workers of all functions behind the queues are killed at random. */
export async function measureKills(size: 'full' | 'quick'): Promise<KillFigures> {
  const rig = await startRig({ metered: false }, { refuseEvery: REFUSE_EVERY }, about);
  const began = performance.now();
  const killer = startKiller(rig);
  const events = EVENTS[size];
  for (let n = 0; n < events; n += BATCH) {
    const next = began + (1000 * (n + BATCH)) / EVENTS_A_SECOND;
    await rig.load.flood(n, BATCH, { perRequest: BATCH, parallel: 1 });
    await sleep(Math.max(0, next - performance.now()));
  }
  await sleep(2 * KILL_EVERY_MS);
  const killsOf = await killer.stop();
  await rig.arrived(events, PATIENCE_MS);
  const arrivals = await rig.receiver.call('arrivals');
  const notShown = await untilShown(rig, events);
  const { crashes } = await rig.cloud.call('status');
  await rig.stop();
  return {
    events,
    kills: Object.values(killsOf).reduce((sum, count) => sum + count, 0),
    atWork: crashes,
    killsOf,
    lost: events - arrivals.length,
    duplicates: arrivals.reduce((sum, { times }) => sum + times - 1, 0),
    notShown,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

/** Kills a random worker every second. */
function startKiller({ cloud }: Rig): { stop(): Promise<Record<string, number>> } {
  const killsOf: Record<string, number> = {};
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      await sleep(KILL_EVERY_MS);
      const { workers } = await cloud.call('status');
      const victims = Object.entries(workers).flatMap(([name, count]) =>
        /Fanout|Dispatch|Record|DeadLetterWriter/.test(name) ? Array<string>(count).fill(name) : [],
      );
      const victim = victims[Math.floor(Math.random() * victims.length)];
      if (victim && (await cloud.call('kill', victim))) killsOf[victim] = (killsOf[victim] ?? 0) + 1;
    }
  })();
  return {
    async stop() {
      isOver = true;
      await running;
      return killsOf;
    },
  };
}

/**
 * Waits until the log shows all as delivered, or until its patience ends. @returns how many it does not show as
 * delivered
 */
async function untilShown({ api, subscription, drained }: Rig, events: number): Promise<number> {
  await drained();
  const shown = (await api.deliveriesOf(subscription)).filter(({ status }) => status === 'delivered');
  return events - shown.length;
}

export function printKills(figures: KillFigures): void {
  const { events, kills, atWork, killsOf, lost, duplicates, notShown, seconds } = figures;
  console.table({
    events: row(events),
    'workers killed, one a second': row(kills),
    'in the middle of an invocation': row(atWork),
    ...Object.fromEntries(Object.entries(killsOf).map(([name, count]) => [`of ${name}`, row(count)])),
    lost: row(lost, '0'),
    duplicates: row(duplicates),
    'not shown as delivered': row(notShown, '0'),
    'seconds in all': row(seconds),
  });
}
