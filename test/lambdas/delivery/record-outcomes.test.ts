import { expect, it } from 'vitest';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { recordOutcomes } from '../../../lambdas/delivery/record-outcomes.ts';
import { printedBy } from '../../helpers/printed.ts';
import { WHOLE } from '../../helpers/whole-messages.ts';

const { outcomes } = WHOLE.outcomes;

/** A log and counters that note the order of what is written, and of which one may fail. */
function stores(failing?: 'log' | 'counters') {
  const written: [where: 'log' | 'counters', outcomes: readonly Outcome[]][] = [];
  const into = (where: 'log' | 'counters') => async (all: readonly Outcome[]) => {
    if (where === failing) throw new Error(`${where} failed`);
    written.push([where, all]);
  };
  return { written, deps: { putOutcomes: into('log'), countOutcomes: into('counters') } };
}

it('writes outcomes to the log before it counts them', async () => {
  const { written, deps } = stores();
  const { metrics } = await printedBy(() => recordOutcomes(deps, outcomes, false));
  expect(written).toEqual([
    ['log', outcomes],
    ['counters', outcomes],
  ]);
  expect(metrics).toEqual({ Recorded: outcomes.length });
});

it.each([
  ['log', []],
  ['counters', ['log']],
] as const)('fails when the %s fails, and reports nothing as recorded', async (failing, done) => {
  const { written, deps } = stores(failing);
  const { result, metrics } = await printedBy(() => recordOutcomes(deps, outcomes, false));
  expect(result).toEqual(new Error(`${failing} failed`));
  expect(written.map(([where]) => where)).toEqual(done);
  expect(metrics).toEqual({});
});
