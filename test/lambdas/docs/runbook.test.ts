import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Holds docs/runbook.md against the code, and the links of both guides to the engine against what they lead to. */
const root = new URL('../../../', import.meta.url);
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

it('the runbook names each metric', () => {
  const names = [...read('lambdas/metric-names.ts').matchAll(/^ {2}\| '(\w+)'/gm)].map(([, name]) => name);
  expect(names).not.toEqual([]);
  expect(names.filter((name) => !runbook.includes(`\`${name}\``))).toEqual([]);
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

describe.each(['docs/delivery.md', 'docs/runbook.md'])('%s', (path) => {
  const page = read(path);

  it('has links that lead somewhere', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, file, anchor]) => {
      const text = file ? read(new URL(file, new URL(path, root)).href) : page;
      return anchor !== undefined && !anchorsOf(text).has(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

/** As GitHub makes them of headings. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
