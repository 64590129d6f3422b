import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../simulate/main.ts', import.meta.url));

const simulate = (...args: string[]): Promise<{ code?: number; stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, [MAIN, ...args]).catch((error) => error);

it.each([
  ['no scenario', [], 'npm run simulate -- SCENARIO'],
  ['an unknown one', ['weather'], 'unknown scenario weather: expected neighbours, scale'],
  ['an unknown option', ['neighbours', '--fast'], "Unknown option '--fast'"],
  ['a seed that is none', ['neighbours', '--seed', 'x'], '--seed N: expected a whole number from 0, got x'],
  [
    'a number that is none',
    ['soak', '--histories', 'x'],
    '--histories N: expected a whole number from 1, got x',
  ],
  ['an unknown fault', ['soak', '--put-back', 'x'], '--put-back FAULT: expected one of those below, got x'],
  [
    'an unknown commit',
    ['soak', '--old', 'x'],
    '--old REF: expected a commit of this repository with lambdas/, got x',
  ],
  [
    'a plan that is not there',
    ['soak', '--plan', 'x.json'],
    '--plan FILE: expected a file of JSON, got x.json',
  ],
  [
    'a plan that is none',
    ['soak', '--plan', 'package.json'],
    '--plan FILE: expected a plan as a soak keeps it',
  ],
  ['an unknown case', ['recovery', '--case', 'x'], '--case NAME: expected one of waiting, region, deploy'],
  ['days that are none', ['year', '--days', 'x'], '--days N: expected a whole number from 1, got x'],
  [
    'a file of figures that is a folder',
    ['year', '--json', '.'],
    '--json FILE: expected a file, . is a folder',
  ],
])('says what is expected of %s', async (_, args, expected) => {
  const { code, stdout, stderr } = await simulate(...args);
  expect(code).toBe(2);
  expect(stdout + stderr).toContain(expected);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

it('lists the options of a scenario', async () => {
  const { stdout } = await simulate('soak', '--help');
  expect(stdout).toMatch(/^ {4}--put-back FAULT +with a fault/m);
});

it('lists its scenarios', async () => {
  const { stdout } = await simulate('--help');
  expect(stdout).toMatch(/^ {2}neighbours +a thousand tenants/m);
});
