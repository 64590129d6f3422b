import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRICS, type MetricDeclaration } from '../../lambdas/platform/metric-names.ts';

/** Holds docs/runbook.md against the code. */
const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const runbook = read('docs/runbook.md');

const sources = globSync('lambdas/**/*.ts', { cwd: root }).map((path) => read(path));

it('the runbook says what each line of the logs means', () => {
  const written = sources.flatMap((text) =>
    [...text.matchAll(/\bwarn\(\s*'([^']+)'/g)].map(([, line]) => line!),
  );
  expect(written).not.toEqual([]);
  const rows = [...runbook.matchAll(/^\| `([^`]+)` +\| [a-z]/gm)].map(([, line]) => line);
  expect([...new Set(written)].filter((line) => !rows.includes(line))).toEqual([]);
});

it('the runbook has a row for each metric', () => {
  const rows = Object.entries<MetricDeclaration>(METRICS).map(
    ([name, { unit, by = '', says }]) =>
      `| \`${name}\` | ${by} | ${unit === 'Milliseconds' ? 'milliseconds ' : ''}${says} |`,
  );
  expect(rows.filter((row) => !runbook.includes(row))).toEqual([]);
});

it('the runbook has each entry that an operator is pointed to', () => {
  const source = ['lambdas/manage/overview/attention.ts', 'lambdas/delivery/queues/queue-rules.ts']
    .map(read)
    .join('\n');
  const named = [...source.matchAll(/\brunbook(?:: | = )'([^']+)'/g)].map(([, heading]) => heading!);
  expect(named.length).toBeGreaterThan(8);
  expect([...new Set(named)].filter((heading) => !runbook.includes(`\n## ${heading}\n`))).toEqual([]);
});

it('each entry of the runbook says what is seen, what to do, and when it is over', () => {
  const entries = runbook.split(/^## /m).slice(2, -1);
  const missing = entries.flatMap((entry) =>
    ['**What is seen.**', '**What to do.**', '**When it is over.**']
      .filter((part) => !entry.includes(part))
      .map((part) => `${entry.split('\n')[0]}: ${part}`),
  );
  expect(missing).toEqual([]);
});
