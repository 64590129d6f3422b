import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PROJECT } from '../code/bundle.ts';
import type { ScenarioOptions } from '../scenarios/scenario.ts';
import type { Violation } from './history.ts';
import type { Plan } from './plan.ts';
import { randomPlan } from './random-plan.ts';
import { type Outcome, openWorkshop, type WorkshopOptions } from './workshop.ts';

/** What may be asked of a soak. */
interface Wanted {
  readonly histories: number;
  readonly minutes: number;
  readonly threads: number;
  readonly workshop: WorkshopOptions;
}

/** How long a shorter history is looked for. */
const SHORTEN_MS = 120_000;
/** Failing histories after which it stops. */
const MOST_FAILED = 5;

/**
 * Random histories: `--histories N` of them, for at most `--minutes M`. `--history SEED` runs one alone, and `--plan FILE` one
 * that was kept; both print what happens in it. `--put-back NAME` puts an old fault back; with
 * `--old REF`, the functions of another commit run beside these ones while a deployment goes on.
 */
export async function run({
  seed,
  isQuick,
  others,
  command,
  print,
}: ScenarioOptions): Promise<object | undefined> {
  const workshop = {
    ...(others['put-back'] !== undefined && { putBack: String(others['put-back']) }),
    ...(others.old !== undefined && { old: String(others.old) }),
  };
  if (others.plan !== undefined) return tell(readPlan(String(others.plan)), workshop, print);
  if (others.history !== undefined) return tell(randomPlan(String(others.history)), workshop, print);
  const wanted: Wanted = {
    histories: numberOf('histories', others.histories, isQuick ? 20 : 1000),
    minutes: numberOf('minutes', others.minutes, 60),
    threads: numberOf('threads', others.threads, availableParallelism()),
    workshop,
  };
  const outcomes = await runAll(seed, wanted, print);
  const failed = outcomes.filter(({ violations }) => violations.length > 0);
  for (const one of failed.slice(0, 1)) await explain(one, workshop, print);
  print(summary(outcomes, failed.length));
  if (failed.length > 0) process.exitCode = 1;
  return {
    scenario: 'soak',
    run: {
      command,
      seed,
      simulatedSeconds: Math.round(outcomes.reduce((sum, { simulatedMs }) => sum + simulatedMs, 0) / 1000),
    },
    histories: outcomes.length,
    faults: totals(outcomes),
    failed: failed.length,
  };
}

function numberOf(name: string, given: unknown, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} N: expected a whole number from 1, got ${given}`);
}

/** Hands seeds to threads until there are enough histories, the time is over, or too many have failed. */
async function runAll(
  seed: number,
  { histories, minutes, threads, workshop }: Wanted,
  print: (text: string) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const ends = performance.now() + minutes * 60_000;
  let next = 0;
  let failed = 0;

  async function work(): Promise<void> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: workshop });
    try {
      while (next < histories && performance.now() < ends && failed < MOST_FAILED) {
        const history = `${seed}-${next++}`;
        const outcome = await ask(worker, history);
        outcomes.push(outcome);
        if (outcomes.length % 500 === 0) print(`${outcomes.length} histories`);
        if (outcome.violations.length === 0) continue;
        failed++;
        for (const { invariant, text } of outcome.violations.slice(0, 3))
          print(`history ${history}: ${invariant}: ${text}`);
      }
    } finally {
      await worker.terminate();
    }
  }
  await Promise.all(Array.from({ length: Math.min(threads, histories) }, work));
  return outcomes;
}

function ask(worker: Worker, history: string): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.postMessage({ history });
  return promise.finally(() => worker.removeAllListeners('error'));
}

/** Looks for a shorter history that fails alike, keeps it, and says how to see it. */
async function explain(
  { history, violations }: Outcome,
  options: WorkshopOptions,
  print: (text: string) => void,
): Promise<void> {
  const plan = randomPlan(history);
  const workshop = await openWorkshop(options);
  const ends = performance.now() + SHORTEN_MS;
  const shorter = await workshop.shorten(plan, violations[0]!, () => performance.now() > ends);
  const folder = join(PROJECT, '.local/simulate');
  mkdirSync(folder, { recursive: true });
  const file = `.local/simulate/history-${history}.json`;
  writeFileSync(join(PROJECT, file), `${JSON.stringify(shorter, null, 2)}\n`);
  const putBack = options.putBack === undefined ? '' : ` --put-back ${options.putBack}`;
  const old = options.old === undefined ? '' : ` --old ${options.old}`;
  print(`\n${shorter.steps.length} of its ${plan.steps.length} steps are enough:`);
  for (const step of shorter.steps) print(`  ${JSON.stringify(step)}`);
  print(`\nnpm run simulate -- soak --history ${history}${putBack}${old}`);
  print(`npm run simulate -- soak --plan ${file}${putBack}${old}\n`);
}

function readPlan(file: string): Plan {
  const plan = JSON.parse(readFileSync(file, 'utf8')) as Partial<Plan>;
  if (typeof plan.seed === 'string' && Array.isArray(plan.tenants) && Array.isArray(plan.steps))
    return plan as Plan;
  throw new Error(`--plan FILE: expected {"seed", "tenants", "steps"} in ${file}, as a soak writes it`);
}

/** Runs one history and prints what happens in it. */
async function tell(plan: Plan, options: WorkshopOptions, print: (text: string) => void): Promise<undefined> {
  const { lines = [], violations, digest, requests } = await (await openWorkshop(options)).run(plan, true);
  for (const line of lines) print(line);
  print(`\n${requests} requests to endpoints; digest ${digest}`);
  for (const { invariant, text } of violations as readonly Violation[]) print(`${invariant}: ${text}`);
  if (violations.length > 0) process.exitCode = 1;
  return undefined;
}

function totals(outcomes: readonly Outcome[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { faults } of outcomes)
    for (const [kind, count] of Object.entries(faults)) sums[kind] = (sums[kind] ?? 0) + count;
  return sums;
}

const summary = (outcomes: readonly Outcome[], failed: number): string =>
  [
    `${outcomes.length} histories, ${failed} in which an invariant does not hold`,
    `${outcomes.reduce((sum, { requests }) => sum + requests, 0)} requests to endpoints`,
    ...Object.entries(totals(outcomes)).map(([kind, count]) => `${count} × ${kind}`),
  ].join('\n');
