import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Scenario } from './scenarios/scenario.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';
import { UsageError } from './scenarios/usage-error.ts';

/**
 * `npm run simulate -- SCENARIO [--seed N] [--quick] [--json FILE]`: lets a scenario happen in virtual time, prints what came of
 * it, and writes its figures. One seed gives the same figures on every machine.
 */
const LINE = 'npm run simulate -- SCENARIO [--seed N] [--quick] [--json FILE]';

const optionsOf = ({ options = {} }: Scenario): string[] =>
  Object.entries(options).map(
    ([name, { value, about }]) => `    ${`--${name} ${value}`.padEnd(18)} ${about}`,
  );

const usage = (scenarios: readonly (readonly [string, Scenario])[] = Object.entries(SCENARIOS)): string =>
  [
    LINE,
    '',
    ...scenarios.flatMap(([name, scenario]) => [
      `  ${name.padEnd(12)} ${scenario.about}`,
      ...optionsOf(scenario),
    ]),
    '',
    '  --seed N      another history; 1 by default',
    '  --quick       little of everything, to see that it runs',
    '  --json FILE   the figures, as simulate/results/ keeps them',
  ].join('\n');

const [name = '', ...rest] = process.argv.slice(2);
try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(
    `${error.message}\n\nnpm run simulate -- ${Object.hasOwn(SCENARIOS, name) ? `${name} ` : ''}--help`,
  );
  process.exitCode = 2;
}

async function main(): Promise<void> {
  if (!name || name === '--help') {
    console.log(usage());
    process.exitCode = name ? 0 : 2;
    return;
  }
  const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name]! : undefined;
  if (!scenario)
    throw new UsageError(`unknown scenario ${name}: expected ${Object.keys(SCENARIOS).join(', ')}`);
  const { seed, quick, json, help, others } = parsed(scenario);
  if (help) {
    console.log(usage([[name, scenario]]));
    return;
  }
  if (json !== undefined) makeRoomFor(json);
  const { run } = await scenario.load();
  const began = performance.now();
  const result = await run({
    seed,
    isQuick: quick,
    others,
    command: `npm run simulate -- ${[name, ...rest.filter((_, i) => !isAboutFile(i))].join(' ')}`,
    print: (text) => console.log(text),
  });
  console.log(`\n${((performance.now() - began) / 1000).toFixed(1)} s of real time`);
  if (json === undefined) return;
  if (result === undefined)
    throw new UsageError(`--json FILE: expected a run that has figures; this has none`);
  writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
}

/** What was typed behind the scenario's name. @throws UsageError */
function parsed({ options = {} }: Scenario) {
  const own = Object.keys(options).map((option) => [option, { type: 'string' }] as const);
  const { seed, quick, json, help, ...others } = valuesOf(Object.fromEntries(own));
  if (!/^\d{1,15}$/.test(seed)) throw new UsageError(`--seed N: expected a whole number from 0, got ${seed}`);
  return { seed: Number(seed), quick, json, help, others };
}

function valuesOf(own: Readonly<Record<string, { readonly type: 'string' }>>) {
  try {
    return parseArgs({
      args: rest,
      options: {
        ...own,
        seed: { type: 'string', default: '1' },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Before hours of simulation, not after them. @throws UsageError where no file can be */
function makeRoomFor(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch {
    throw new UsageError(`--json FILE: expected a path whose folder can be made, got ${file}`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--json FILE: expected a file, ${file} is a folder`);
}

/** Where the figures go is no part of how they came about. */
function isAboutFile(i: number): boolean {
  return rest[i]!.startsWith('--json') || rest[i - 1] === '--json';
}
