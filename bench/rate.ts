import { type EngineRig, proven, putHealth, type Subscribed, startEngineRig } from './rig/engine-rig.ts';
import { mostWithin } from './rig/most-within.ts';
import { round } from './rig/statistics.ts';
import { row } from './rig/table.ts';

/** Requests to a target with a rate limit when more arrives than it allows. */
export interface RateFigures {
  readonly perSecond: number;
  readonly events: number;
  /** To a target without known health, through the slow lane. */
  readonly unknown: RunFigures;
  /** To a target known to answer: through a fast lane, where no worker waits for a slot. */
  readonly proven: RunFigures;
}

interface RunFigures {
  /** The most requests in any calendar second, and in any thousand milliseconds. */
  readonly mostInCalendarSecond: number;
  readonly mostInAnySecond: number;
  /** The fewest in a calendar second, except the first and the last. */
  readonly fewestInCalendarSecond: number;
  /** From the first request to the last. */
  readonly seconds: number;
  /** From the first event sent to the last request. */
  readonly secondsFromSending: number;
  /** The shortest possible time: from the first slot to the last. */
  readonly idealSeconds: number;
  readonly lost: number;
  readonly duplicates: number;
}

const PER_SECOND = 50;
const EVENTS = { full: 1000, quick: 250 };
const LIMIT = 1.1;

export async function measureRate(size: 'full' | 'quick'): Promise<RateFigures> {
  const rig = await startEngineRig();
  const options = { rateLimit: { perSecond: PER_SECOND } };
  await warmUp(rig);
  const unknown = await run(rig, await rig.subscribe('rate.unknown', '/ok', options), EVENTS[size]);
  const known = await rig.subscribe('rate.proven', '/ok', options);
  await putHealth(rig, known, proven());
  const figures = {
    perSecond: PER_SECOND,
    events: EVENTS[size],
    unknown,
    proven: await run(rig, known, EVENTS[size]),
  };
  await rig.stop();
  return figures;
}

/** First invocations take longer than the accuracy of a slot allows. */
async function warmUp(rig: EngineRig): Promise<void> {
  const [unknown, known] = [
    await rig.subscribe('warm.unknown', '/ok'),
    await rig.subscribe('warm.proven', '/ok'),
  ];
  await putHealth(rig, known, proven());
  for (const { load } of [unknown, known]) await load.flood(0, 200, { perRequest: 100, parallel: 2 });
  await rig.drained();
  await rig.endpoint.call('reset');
}

async function run(rig: EngineRig, { load }: Subscribed, events: number): Promise<RunFigures> {
  const began = Date.now();
  await load.flood(0, events, { perRequest: 100, parallel: 2 });
  await rig.delivered(events);
  await rig.drained();
  const requests = await rig.endpoint.call('requests');
  await rig.endpoint.call('reset');
  const times = requests.map(({ at }) => at);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const bySecond = [...Map.groupBy(times, (at) => Math.floor(at / 1000))].sort(([a], [b]) => a - b);
  const counts = bySecond.map(([, ofSecond]) => ofSecond.length);
  return {
    mostInCalendarSecond: Math.max(...counts),
    mostInAnySecond: mostWithin(times, 1000),
    fewestInCalendarSecond: Math.min(...counts.slice(1, -1)),
    seconds: round((last - first) / 1000, 2),
    secondsFromSending: round((last - began) / 1000, 2),
    idealSeconds: round((events - 1) / PER_SECOND, 2),
    lost: events - new Set(requests.flatMap(({ numbers }) => numbers)).size,
    duplicates: requests.length - new Set(requests.flatMap(({ numbers }) => numbers)).size,
  };
}

export function printRate({ perSecond, events, ...runs }: RateFigures): void {
  const most = `≤ ${Math.floor(perSecond * LIMIT)}`;
  for (const kind of ['unknown', 'proven'] as const) {
    const figures = runs[kind];
    const longest = `≤ ${round(figures.idealSeconds * LIMIT, 2)}`;
    const target = kind === 'unknown' ? 'nothing is known of' : 'is known to answer';
    console.log(`\n${events} events to a target that ${target}, at most ${perSecond} a second:`);
    console.table({
      'most in a second of the clock': row(figures.mostInCalendarSecond, most),
      'most in any thousand ms': row(figures.mostInAnySecond, most),
      'fewest in a second of the clock': row(figures.fewestInCalendarSecond),
      'seconds from first to last request': row(figures.seconds, longest),
      'seconds from the first sending': row(figures.secondsFromSending, longest),
      lost: row(figures.lost, '0'),
      duplicates: row(figures.duplicates, '0'),
    });
  }
}
