import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../code/bundle.ts';
import type { Plan } from './plan.ts';
import { randomPlan } from './random-plan.ts';
import { type Outcome, openWorkshop, type WorkshopOptions } from './workshop.ts';

/** How long a shorter history is looked for. */
const SHORTEN_MS = 120_000;

type Print = (text: string) => void;

/** Looks for a shorter history that fails alike, keeps it, and says how to see it. */
export async function explain(
  { history, violations }: Outcome,
  options: WorkshopOptions,
  print: Print,
): Promise<void> {
  print(`\nlooking for a shorter history, for at most ${SHORTEN_MS / 60_000} minutes`);
  const plan = randomPlan(history);
  const workshop = await openWorkshop(options);
  const ends = performance.now() + SHORTEN_MS;
  const shorter = await workshop.shorten(plan, violations[0]!, () => performance.now() > ends);
  mkdirSync(join(PROJECT, '.local/simulate'), { recursive: true });
  const file = `.local/simulate/history-${history}.json`;
  writeFileSync(join(PROJECT, file), `${JSON.stringify(shorter, null, 2)}\n`);
  const putBack = options.putBack === undefined ? '' : ` --put-back ${options.putBack}`;
  const old = options.old === undefined ? '' : ` --old ${options.old}`;
  print(`${shorter.steps.length} of its ${plan.steps.length} steps are enough:`);
  for (const step of shorter.steps) print(`  ${JSON.stringify(step)}`);
  print(`\nSee what happens in it, whole and shortened:`);
  print(`npm run simulate -- soak --history ${history}${putBack}${old}`);
  print(`npm run simulate -- soak --plan ${file}${putBack}${old}\n`);
}

/** Runs one history and prints what happens in it, at seconds since its beginning. Before it, its tenants are made. */
export async function tell(plan: Plan, options: WorkshopOptions, print: Print): Promise<undefined> {
  const workshop = await openWorkshop(options);
  const { lines = [], violations, digest, requests, beganAt } = await workshop.run(plan, true);
  for (const line of lines) print(sinceBeginning(line, beganAt));
  print(`\n${requests} requests to endpoints; digest ${digest}`);
  for (const { invariant, text } of violations) print(`${invariant}: ${text}`);
  if (violations.length === 0) print('all invariants hold');
  else process.exitCode = 1;
  return undefined;
}

function sinceBeginning(line: string, beganAt: number): string {
  const end = line.indexOf(' ');
  const seconds = ((Number(line.slice(0, end)) - beganAt) / 1000).toFixed(3);
  return `${seconds.padStart(9)} s${line.slice(end)}`;
}
