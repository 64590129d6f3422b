import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { tableRows } from '../helpers/markdown.ts';

/** docs/cli.md says what is. That what it shows is printed is tested in test/system/cli/cli-guide.test.ts. */
const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
const firstCells = tableRows(page).map(([first = '']) => first);

it('docs/cli.md lists the exit codes', () => {
  const codes = firstCells.filter((cell) => /^\d+$/.test(cell)).map(Number);
  // The order in which a profile is looked for is numbered as well.
  expect(codes).toEqual(expect.arrayContaining(Object.values(EXIT)));
});
