import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { IDLE_MONTH_DOLLARS } from '../../../lambdas/costs/estimate.ts';

const MAIN = fileURLToPath(new URL('../../../bench/plan/main.ts', import.meta.url));
const page = (name: string): string => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

const run = promisify(execFile);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function cost(...args: string[]): Promise<Ended> {
  try {
    return { code: 0, ...(await run(process.execPath, [MAIN, ...args])) };
  } catch (error) {
    return error as Ended;
  }
}

/** Of what docs/costs.md shows, and the rest of the pages say: prices move a little with each new alarm. */
const ABOUT = 0.3;

const EXAMPLE = ['--events-per-day', '5000', '--attempts', '1.2', '--payload-kb', '8'];

/** The numbers of a line of the table, and what stands before them. */
function rowOf(line: string): { name: string; dollars: number[] } | undefined {
  const [, name, ...dollars] = /^(.*?)\s+(\d+\.\d\d)\s+(\d+\.\d\d)\s+(\d+\.\d\d)$/.exec(line) ?? [];
  // How many alarms there are may change.
  return name === undefined
    ? undefined
    : { name: name.replaceAll(/\d+/g, 'n').replaceAll(/ +/g, ' '), dollars: dollars.map(Number) };
}

const rowsOf = (text: string) => text.split('\n').flatMap((line) => rowOf(line) ?? []);

describe('npm run cost (C10)', () => {
  it('prints the example of docs/costs.md: 5,000 webhooks a day, 1.2 attempts each', async () => {
    const { code, stdout } = await cost(...EXAMPLE);
    expect(code).toBe(0);
    const example = /npm run cost -- --events-per-day 5000 [^\n]*\n```\n\n```\n(.*?)```/s;
    const [, shown = ''] = example.exec(page('docs/costs.md')) ?? [];
    const [documented, printed] = [rowsOf(shown), rowsOf(stdout)];
    expect(printed.map(({ name }) => name)).toEqual(documented.map(({ name }) => name));
    for (const [i, { name, dollars }] of printed.entries()) {
      for (const [column, each] of dollars.entries()) {
        const said = documented[i]!.dollars[column]!;
        expect(
          Math.abs(each - said),
          `${name}, column ${column}: ${each}, docs/costs.md says ${said}`,
        ).toBeLessThan(ABOUT);
      }
    }
  });

  it('has as JSON what it prints, and an idle month where nothing is published', async () => {
    const [some, none] = await Promise.all(
      [EXAMPLE, ['--events-per-day', '0']].map(async (args) =>
        JSON.parse((await cost(...args, '--json')).stdout),
      ),
    );
    expect(some.volume).toMatchObject({ eventsPerDay: 5000, attempts: 1.2 });
    expect(some.dollars).toBeGreaterThan(some.standingDollars + 2);
    expect(none.dollars).toBe(some.standingDollars);
    expect(none.dollarsPerMillionDeliveries).toBeNull();
    // Dashboards and alarms.
    expect(none.watchingDollars).toBeLessThanOrEqual(6);
    expect(Math.abs(none.dollars - IDLE_MONTH_DOLLARS)).toBeLessThan(ABOUT);
  });

  it('dev costs what its settings say', async () => {
    const { stdout } = await cost('--events-per-day', '100', '--env', 'dev');
    expect(stdout).toMatch(/^dev: 100 events a day/);
  });

  it('helps, and needs no AWS account to refuse', async () => {
    expect(await cost('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--events-per-day 5000'),
    });
    expect(await cost('--events-per-day', 'many')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/expected events that are published, .* got many\n.*--help/),
    });
  });

  it('README and docs say what an idle month costs', () => {
    const dollars = IDLE_MONTH_DOLLARS.toFixed(2);
    for (const name of ['README.md', 'docs/costs.md', 'docs/deploy.md']) {
      expect(page(name), name).toContain(`$${dollars}`);
    }
  });
});
