import { writeFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios/scenarios.ts';

/**
 * `npm run simulate -- SCENARIO [--seed N] [--quick] [--json FILE]`: lets a scenario happen in virtual time, prints what came of
 * it, and writes its figures. One seed gives the same figures on every machine.
 */
const COMMON = {
  seed: { type: 'string', default: '1' },
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

const list = Object.entries(SCENARIOS).map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`);
const USAGE = `npm run simulate -- SCENARIO [--seed N] [--quick] [--json FILE]\n\n${list.join('\n')}`;

function refuse(message: string): never {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(2);
}

const [name = '', ...rest] = process.argv.slice(2);
if (!name || name === '--help') {
  console.log(USAGE);
  process.exit(name ? 0 : 2);
}
const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name]! : undefined;
if (!scenario) refuse(`unknown scenario ${name}: expected ${Object.keys(SCENARIOS).join(', ')}`);

function parsed(options: ParseArgsConfig['options']) {
  try {
    return parseArgs({ args: rest, options: { ...options, ...COMMON } }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const { seed, quick, json, ...others } = parsed(scenario.options ?? {});
if (!/^\d{1,15}$/.test(String(seed))) refuse(`--seed N: expected a whole number from 0, got ${seed}`);
const { run } = await scenario.load();
const began = performance.now();
const result = await run({
  seed: Number(seed),
  isQuick: quick === true,
  others,
  command: `npm run simulate -- ${[name, ...rest.filter((_, i) => !isAboutFile(i))].join(' ')}`,
  print: (text) => console.log(text),
});
console.log(`\n${((performance.now() - began) / 1000).toFixed(1)} s of real time`);
if (typeof json === 'string') {
  if (result === undefined) refuse(`--json FILE: ${name} has no figures`);
  writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
}

/** Where the figures go is no part of how they came about. */
function isAboutFile(i: number): boolean {
  return rest[i]!.startsWith('--json') || rest[i - 1] === '--json';
}
