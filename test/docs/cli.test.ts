import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { COMMANDS, GROUPS } from '../../cli/commands.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { blocksOf } from '../helpers/guide/blocks.ts';
import { tableRows } from '../helpers/markdown.ts';

/** docs/cli.md says what is. That what it shows is printed is tested in test/system/cli/cli-guide.test.ts. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
const firstCells = tableRows(page).map(([first = '']) => first);

it('docs/cli.md lists the exit codes', () => {
  const codes = firstCells.filter((cell) => /^\d+$/.test(cell)).map(Number);
  // The order in which a profile is looked for is numbered as well.
  expect(codes).toEqual(expect.arrayContaining(Object.values(EXIT)));
});

it('each command is typed on a page of the command line (A20)', () => {
  const pages = globSync('docs/cli*.md', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
  const lines = pages
    .flatMap(blocksOf)
    .flatMap(({ kind, text }) => (kind === 'fence' ? text.split('\n') : []));
  const typed = new Set(lines.filter((line) => line.startsWith('$ ')).map(wordsOf));
  expect(COMMANDS.map(({ words }) => words).filter((words) => !typed.has(words))).toEqual([]);
});

/** The words of the command that is typed; nothing for another program's line. */
function wordsOf(line: string): string {
  const [, first = '', second = ''] = /\bposthorn ([\w-]+)(?: ([\w-]+))?/.exec(line) ?? [];
  return Object.hasOwn(GROUPS, first) ? `${first} ${second}` : first;
}
