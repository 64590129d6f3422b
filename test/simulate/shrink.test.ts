import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shrink } from '../../simulate/soak/shrink.ts';

/** A step that says what it is, and how much of it there is. */
interface Step {
  readonly name: number;
  readonly events: number;
}

const stepsOf = (count: number, events = 1): Step[] =>
  Array.from({ length: count }, (_, name) => ({ name, events }));

const namesOf = (steps: readonly Step[]): number[] => steps.map(({ name }) => name);

/** Fails where all of these are. */
const failsWith =
  (needed: readonly number[]) =>
  async (steps: readonly Step[]): Promise<boolean> =>
    needed.every((name) => steps.some((step) => step.name === name));

const fewer = ({ name, events }: Step): Step[] =>
  [0, Math.floor(events / 2), events - 1]
    .filter((less) => less >= 0 && less < events)
    .map((less) => ({ name, events: less }));

/** A history, and steps of it. */
const historyAndSteps = fc.integer({ min: 1, max: 120 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    needed: fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { maxLength: 6 }),
  }),
);

const PLENTY = { maxRuns: 100_000 };

describe('a history that fails because of some of its steps', () => {
  it('is left with these, in their order', async () => {
    await fc.assert(
      fc.asyncProperty(historyAndSteps, async ({ count, needed }) => {
        const { steps, isComplete } = await shrink(stepsOf(count), failsWith(needed), PLENTY);
        expect(namesOf(steps)).toEqual(needed.toSorted((a, b) => a - b));
        expect(isComplete).toBe(true);
      }),
    );
  });

  it('is so in few runs: for each step some more than halving takes', async () => {
    await fc.assert(
      fc.asyncProperty(historyAndSteps, async ({ count, needed }) => {
        const { runs } = await shrink(stepsOf(count), failsWith(needed), PLENTY);
        expect(runs).toBeLessThanOrEqual(2 + (needed.length + 1) * (2 * Math.log2(count) + 3));
      }),
    );
  });

  it('has them as simple as they can be', async () => {
    await fc.assert(
      fc.asyncProperty(historyAndSteps, fc.nat(20), async ({ count, needed }, least) => {
        const fails = async (steps: readonly Step[]): Promise<boolean> =>
          needed.every((name) => steps.some((step) => step.name === name && step.events >= least));
        const { steps } = await shrink(stepsOf(count, 20), fails, { ...PLENTY, simplify: fewer });
        expect(steps.map(({ events }) => events)).toEqual(needed.map(() => least));
      }),
    );
  });
});

/** Says at random whether a history fails, but the same each time. */
const anyPredicate = fc.func(fc.boolean());

describe('whatever fails', () => {
  it('what is returned failed, and the same answers lead to the same result', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 25 }), anyPredicate, async (count, fails) => {
        const all = stepsOf(count, 3);
        const search = async () => {
          const failed = new Set([JSON.stringify(all)]);
          const stillFails = async (steps: readonly Step[]): Promise<boolean> => {
            const isFailing = fails(steps);
            if (isFailing) failed.add(JSON.stringify(steps));
            return isFailing;
          };
          const found = await shrink(all, stillFails, { maxRuns: 500, simplify: fewer });
          expect(failed).toContain(JSON.stringify(found.steps));
          return found;
        };
        expect(await search()).toEqual(await search());
      }),
    );
  });

  it('each step that is left is needed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 15 }), anyPredicate, async (count, fails) => {
        const { steps, isComplete } = await shrink(stepsOf(count), async (some) => fails(some), PLENTY);
        expect(isComplete).toBe(true);
        const without = steps.map((_, at) => steps.toSpliced(at, 1));
        expect(without.filter((rest) => fails(rest))).toEqual([]);
      }),
    );
  });

  it('no history is run twice, and no more are run than may be', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 25 }),
        fc.nat(40),
        anyPredicate,
        async (count, maxRuns, fails) => {
          const run: string[] = [];
          const stillFails = async (steps: readonly Step[]): Promise<boolean> => {
            run.push(JSON.stringify(steps));
            return fails(steps);
          };
          const { runs } = await shrink(stepsOf(count, 3), stillFails, { maxRuns, simplify: fewer });
          expect(runs).toBe(run.length);
          expect(runs).toBeLessThanOrEqual(maxRuns);
          expect(new Set(run).size).toBe(run.length);
        },
      ),
    );
  });
});

it('steps that only go together stay together', async () => {
  const fails = async (steps: readonly Step[]): Promise<boolean> => {
    const names = namesOf(steps);
    return names.includes(2) && names.includes(0) === names.includes(5);
  };
  const { steps } = await shrink(stepsOf(8), fails, PLENTY);
  expect(namesOf(steps).includes(0)).toBe(namesOf(steps).includes(5));
  expect(namesOf(steps)).toContain(2);
});

it('simpler steps make others superfluous', async () => {
  const fails = async (steps: readonly Step[]): Promise<boolean> => {
    const first = steps.find(({ name }) => name === 0);
    return first !== undefined && (first.events === 0 || steps.length > 2);
  };
  const { steps } = await shrink(stepsOf(6, 4), fails, { ...PLENTY, simplify: fewer });
  expect(steps).toEqual([{ name: 0, events: 0 }]);
});

it('ends when its time is over, with the best so far', async () => {
  let asked = 0;
  const isOutOfTime = (): boolean => ++asked > 3;
  const found = await shrink(stepsOf(64), failsWith([7]), { ...PLENTY, isOutOfTime });
  expect(found.runs).toBe(3);
  expect(found.isComplete).toBe(false);
  expect(namesOf(found.steps)).toContain(7);
  expect(found.steps.length).toBeLessThan(64);
});
