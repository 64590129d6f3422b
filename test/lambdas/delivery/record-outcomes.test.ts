import { expect, it } from 'vitest';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { recordOutcomes, type Watchers } from '../../../lambdas/delivery/record-outcomes.ts';
import { WHOLE } from '../../helpers/whole-messages.ts';

const { outcomes } = WHOLE.outcomes;

type Where = 'log' | 'counters' | 'watchers' | 'new watchers' | 'CloudWatch';
const MARKS = new Map([['t', '2026-11-21T12:00:00.000Z']]);

/** A log, counters and watchers that note the order of what is written, and of which one may fail. */
function stores(failing?: Where) {
  const written: [where: Where, outcomes: readonly Outcome[]][] = [];
  const into = (where: Where) => async (all: readonly Outcome[]) => {
    if (where === failing) throw new Error(`${where} failed`);
    written.push([where, all]);
    return MARKS;
  };
  const watchers: Watchers = {
    tell: async (all) => void (await into('watchers')(all)),
    async learn(all, marks) {
      expect(marks).toBe(MARKS);
      await into('new watchers')(all);
    },
  };
  const putOutcomes = async (all: readonly Outcome[]) => void (await into('log')(all));
  const measure = (all: readonly Outcome[]): void => void written.push(['CloudWatch', all]);
  return { written, deps: { putOutcomes, countOutcomes: into('counters'), watchers, measure } };
}

it('writes outcomes to the log before it counts them, and tells those who watch meanwhile', async () => {
  const { written, deps } = stores();
  await recordOutcomes(deps, outcomes, false);
  expect(written).toEqual([
    ['log', outcomes],
    ['counters', outcomes],
    ['watchers', outcomes],
    ['new watchers', outcomes],
    ['CloudWatch', outcomes],
  ]);
});

it('counts and tells what the log has already, and does not write it again', async () => {
  const { written, deps } = stores();
  const [logged, ...others] = [{ ...outcomes[0]!, logged: true as const }, ...outcomes];
  await recordOutcomes(deps, [logged, ...others], false);
  expect(written[0]).toEqual(['log', others]);
  expect(written[1]).toEqual(['counters', [logged, ...others]]);
});

it.each([
  ['log', []],
  ['counters', ['log', 'watchers']],
] as const)('fails when the %s fails, and reports nothing as recorded', async (failing, done) => {
  const { written, deps } = stores(failing);
  await expect(recordOutcomes(deps, outcomes, false)).rejects.toEqual(new Error(`${failing} failed`));
  expect(written.map(([where]) => where)).toEqual(done);
});
