import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Holds the table of folders in docs/architecture.md against the tree, and its order against the import rules. */
const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The folders of lambdas/, in the order of the page: the base first. */
const table = read('docs/architecture.md')
  .split('A folder imports only from rows before it.')[1]!
  .split(/\n\n(?!\|)/)[0]!;
const listed = [...table.matchAll(/^\| `([a-z/-]+)\/(?:<name>\/)?` \|/gm)].map(([, folder]) => folder!);

const files = globSync('lambdas/**/*.ts', { cwd: root }).map((path) => path.replace('lambdas/', ''));
/** `delivery/decide.ts` is in `delivery`, `matching/index/search.ts` in `matching/index`. */
const folderOf = (path: string): string | undefined => listed.find((folder) => path.startsWith(`${folder}/`));

it('the architecture lists each folder of lambdas/', () => {
  expect(listed.length).toBeGreaterThan(20);
  expect(files.filter((path) => folderOf(path) === undefined)).toEqual([]);
  expect(listed.filter((folder) => !files.some((path) => path.startsWith(`${folder}/`)))).toEqual([]);
});

it('the architecture lists them in the order of the import rules', () => {
  const [, rules] = /const FOLDERS = \[\n(.*?)^\];/ms.exec(read('.dependency-cruiser.cjs'))!;
  const ordered = [...rules!.matchAll(/'([\w-]+)'/g)].map(([, name]) => name!);
  expect([...new Set(listed.map((folder) => folder.split('/')[0]))]).toEqual(ordered);
});
