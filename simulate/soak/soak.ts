import { availableParallelism } from 'node:os';
import { releaseNamed } from '../code/release.ts';
import { putBackNamed } from '../faults/put-back.ts';
import { SCHEMAS } from '../report/results.ts';
import type { ScenarioOptions } from '../scenarios/scenario.ts';
import { UsageError } from '../scenarios/usage-error.ts';
import { runAll } from './crew.ts';
import { explain, tell } from './explain.ts';
import { FOUND, FOUND_WHEN_PUT_BACK } from './found.ts';
import { readPlan } from './plan-file.ts';
import { randomPlan } from './random-plan.ts';
import type { Outcome, WorkshopOptions } from './workshop.ts';

/**
 * Random histories: `--histories N` of them, for at most `--minutes M`. `--history SEED` runs one alone, and `--plan FILE` one
 * that was kept; both print what happens in it. `--put-back FAULT` puts an old fault back; with
 * `--old REF`, the functions of another commit run beside these ones while a deployment goes on.
 * @throws UsageError for an option that makes no sense
 */
export async function run({
  seed,
  isQuick,
  others,
  command,
  print,
}: ScenarioOptions): Promise<object | undefined> {
  const workshop = workshopOf(others);
  if (others.plan !== undefined && others.history !== undefined)
    throw new UsageError('expected one of --plan FILE and --history SEED, got both');
  if (others.plan !== undefined) return tell(readPlan(String(others.plan)), workshop, print);
  if (others.history !== undefined) return tell(randomPlan(seedOf(others.history)), workshop, print);
  const wanted = {
    seed,
    histories: numberOf('histories', others.histories, isQuick ? 20 : 1000),
    minutes: numberOf('minutes', others.minutes, 60),
    threads: numberOf('threads', others.threads, availableParallelism()),
    workshop,
  };
  const outcomes = await runAll(wanted, print);
  const failed = outcomes.filter(({ violations }) => violations.length > 0);
  for (const one of failed.slice(0, 1)) await explain(one, workshop, print);
  print(summary(outcomes, failed.length));
  if (failed.length > 0) process.exitCode = 1;
  return SCHEMAS.soak.parse({
    scenario: 'soak',
    run: { command, seed, simulatedSeconds: Math.round(sum(outcomes.map((one) => one.simulatedMs)) / 1000) },
    histories: outcomes.length,
    faults: totals(outcomes, 'faults'),
    checks: totals(outcomes, 'checks'),
    failed: failed.length,
    found: FOUND,
    putBack: FOUND_WHEN_PUT_BACK,
  });
}

/** Names are checked here, before threads start and each meets the same wrong one. */
function workshopOf({ 'put-back': putBack, old }: ScenarioOptions['others']): WorkshopOptions {
  return {
    ...(putBack !== undefined && { putBack: putBackNamed(String(putBack)).name }),
    ...(old !== undefined && { old: releaseNamed(String(old)) }),
  };
}

function seedOf(given: unknown): string {
  if (/^[\w-]+$/.test(String(given))) return String(given);
  throw new UsageError(`--history SEED: expected such as 1-417, got ${given}`);
}

function numberOf(name: string, given: unknown, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (/^[1-9]\d{0,8}$/.test(String(given))) return Number(given);
  throw new UsageError(`--${name} N: expected a whole number from 1, got ${given}`);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function totals(outcomes: readonly Outcome[], what: 'faults' | 'checks'): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const outcome of outcomes)
    for (const [kind, count] of Object.entries(outcome[what])) sums[kind] = (sums[kind] ?? 0) + count;
  return sums;
}

function summary(outcomes: readonly Outcome[], failed: number): string {
  const faults = Object.entries(totals(outcomes, 'faults')).sort(([, one], [, other]) => other - one);
  return [
    `${outcomes.length} histories, ${failed} in which an invariant does not hold`,
    `${sum(outcomes.map(({ requests }) => requests))} requests to endpoints`,
    `${sum(Object.values(totals(outcomes, 'checks')))} checks of invariants`,
    'what went wrong:',
    ...faults.map(([kind, count]) => `${String(count).padStart(8)} × ${kind}`),
  ].join('\n');
}
