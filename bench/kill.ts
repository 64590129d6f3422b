import { setTimeout as sleep } from 'node:timers/promises';
import { startRig } from './rig.ts';

/** What became of events while workers were killed. */
export interface KillFigures {
  readonly events: number;
  readonly kills: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly seconds: number;
}

const EVENTS = { full: 10_000, quick: 1000 };
/** Between two kills. */
const KILL_EVERY_MS = 300;
/** Messages of a killed worker come back after the visibility timeout, six times the function's own. */
const PATIENCE_MS = 6 * 60_000;

/** Publishes events while workers of all functions behind the queues are killed at random. */
export async function measureKills(size: 'full' | 'quick'): Promise<KillFigures> {
  const rig = await startRig({ metered: false });
  const began = performance.now();
  const victims = (await rig.cloud.call('functions')).filter((name) => /Fanout|Dispatch|Record/.test(name));
  let kills = 0;
  let isOver = false;
  const killer = (async () => {
    while (!isOver) {
      await sleep(KILL_EVERY_MS);
      const victim = victims[Math.floor(Math.random() * victims.length)]!;
      if (await rig.cloud.call('kill', victim)) kills++;
    }
  })();
  const sent = await rig.load.flood(0, EVENTS[size], { perRequest: 20, parallel: 2 });
  await sleep(2000);
  isOver = true;
  await killer;
  await rig.arrived(sent.length, PATIENCE_MS);
  const arrivals = await rig.receiver.call('arrivals');
  await rig.stop();
  return {
    events: sent.length,
    kills,
    lost: sent.length - arrivals.length,
    duplicates: arrivals.reduce((sum, { times }) => sum + times - 1, 0),
    seconds: Math.round((performance.now() - began) / 1000),
  };
}
