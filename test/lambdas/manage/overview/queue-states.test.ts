import { describe, expect, it } from 'vitest';
import { queueStatesBy } from '../../../../lambdas/manage/overview/queue-states.ts';
import type { QueueReading } from '../../../../lambdas/platform/sqs.ts';
import { Fault } from '../../../builders/faults.ts';

const urlIn = (region: string, name: string): string => `https://sqs.${region}.amazonaws.com/123/${name}`;
const HOME = 'us-east-1';
const FAR = 'eu-central-1';

const REGIONS = [
  {
    region: undefined,
    serves: ['.'],
    queues: { slow: urlIn(HOME, 'Slow'), deadLetters: urlIn(HOME, 'Dead'), quarantine: urlIn(HOME, 'Last') },
  },
  { region: FAR, serves: ['eu'], queues: { slow: urlIn(FAR, 'Slow'), bulk: urlIn(FAR, 'Bulk') } },
];

const NEXT: Record<string, string> = { Slow: 'Dead', Bulk: 'Dead', Dead: 'Last' };

/** Queues in memory, with a clock. Each begins empty. */
function world() {
  const state = { now: 0, away: new Set<string>(), isMetricAway: false };
  const holds = new Map<string, { waiting: number; seconds?: number }>();
  const asked: string[] = [];
  const states = queueStatesBy(
    {
      async readQueue(url): Promise<QueueReading> {
        if (state.away.has(url)) throw new Fault('away');
        const counts = { waiting: holds.get(url)?.waiting ?? 0, inFlight: 0, delayed: 0 };
        return { counts, deadLetterQueue: NEXT[url.split('/').at(-1)!] };
      },
      async oldestAges(region, names) {
        asked.push(`${region} ${names.join(' ')}`);
        if (state.isMetricAway) throw new Fault('away');
        return new Map(
          names.flatMap((name) => {
            const seconds = holds.get(urlIn(region, name))?.seconds;
            return seconds === undefined ? [] : [[name, seconds] as const];
          }),
        );
      },
      now: () => state.now,
    },
    REGIONS,
    HOME,
  );
  const seen = async () =>
    Object.fromEntries(
      (await states()).map(({ name, region, counts, oldestSeconds }) => [
        `${region} ${name}`,
        counts && [counts.waiting, oldestSeconds],
      ]),
    );
  return { state, holds, asked, seen };
}

describe('the states of queues (A17)', () => {
  it('are those of all queues and of the dead-letter queues behind them, and cost nothing more while empty', async () => {
    const { seen, asked } = world();
    expect(await seen()).toEqual({
      'us-east-1 slow': [0, undefined],
      'us-east-1 deadLetters': [0, undefined],
      'us-east-1 quarantine': [0, undefined],
      'eu-central-1 slow': [0, undefined],
      'eu-central-1 bulk': [0, undefined],
      'eu-central-1 deadLetters': [0, undefined],
      'eu-central-1 quarantine': [0, undefined],
    });
    expect(asked).toEqual([]);
  });

  it('have an age where something waits, asked for in its region, at most once a minute', async () => {
    const { state, holds, seen, asked } = world();
    holds.set(urlIn(FAR, 'Last'), { waiting: 2, seconds: 400 });
    expect(await seen()).toMatchObject({ 'eu-central-1 quarantine': [2, 400] });
    holds.set(urlIn(HOME, 'Slow'), { waiting: 1, seconds: 7 });
    state.now = 10_001;
    expect(await seen()).toMatchObject({
      'eu-central-1 quarantine': [2, 400],
      'us-east-1 slow': [1, 7],
    });
    expect(asked).toEqual([`${FAR} Last`, `${HOME} Slow`]);
    state.now = 60_001;
    await seen();
    expect(asked.slice(2)).toEqual([`${FAR} Last`]);
  });

  it('are counted at most every ten seconds', async () => {
    const { state, holds, seen } = world();
    await seen();
    holds.set(urlIn(HOME, 'Slow'), { waiting: 1, seconds: 7 });
    state.now = 10_000;
    expect(await seen()).toMatchObject({ 'us-east-1 slow': [0, undefined] });
    state.now = 10_001;
    expect(await seen()).toMatchObject({ 'us-east-1 slow': [1, 7] });
  });

  it('leave out what does not answer, and ask for it again', async () => {
    const { state, holds, seen, asked } = world();
    holds.set(urlIn(HOME, 'Slow'), { waiting: 1, seconds: 7 });
    holds.set(urlIn(HOME, 'Last'), { waiting: 1 });
    state.away.add(urlIn(FAR, 'Slow'));
    state.isMetricAway = true;
    expect(await seen()).toMatchObject({
      'us-east-1 slow': [1, undefined],
      'eu-central-1 slow': undefined,
      'eu-central-1 quarantine': [0, undefined],
    });
    state.isMetricAway = false;
    state.away.clear();
    state.now = 10_001;
    expect(await seen()).toMatchObject({
      'us-east-1 slow': [1, 7],
      // CloudWatch has no figure of it yet.
      'us-east-1 quarantine': [1, undefined],
      'eu-central-1 slow': [0, undefined],
    });
    expect(asked).toEqual([`${HOME} Slow Last`, `${HOME} Slow Last`]);
  });
});
