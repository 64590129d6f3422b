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
])('says what is expected of %s', async (_, args, expected) => {
  const { code, stdout, stderr } = await simulate(...args);
  expect(code).toBe(2);
  expect(stdout + stderr).toContain(expected);
});

it('lists its scenarios', async () => {
  const { stdout } = await simulate('--help');
  expect(stdout).toMatch(/^ {2}neighbours +a thousand tenants/m);
});
