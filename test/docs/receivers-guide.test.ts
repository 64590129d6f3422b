import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LANGUAGES } from '../helpers/receivers/languages.ts';

/** Holds docs/receivers.md against the receivers. */
const root = new URL('../../', import.meta.url).pathname;
const FOLDER = join(root, 'examples/receivers');
const page = readFileSync(join(root, 'docs/receivers.md'), 'utf8');

/** Folder, what it is verified by, and whether it runs in CI. */
const rows = [
  ...page.matchAll(
    /^\| \S+ \| \[`(\w+)`\]\(\.\.\/examples\/receivers\/\1\) \| (.*?) \| .*? \| (yes|no) \|$/gm,
  ),
].map(([, folder, library, runs]) => ({ folder: folder!, library: library!, runs: runs === 'yes' }));

it('the table has each receiver, and says which run', () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  expect(rows.map(({ folder }) => folder).toSorted()).toEqual(folders.toSorted());
  const running = rows.flatMap(({ folder, runs }) => (runs ? [folder] : []));
  expect(running.toSorted()).toEqual(LANGUAGES.map(({ name }) => name).toSorted());
});

it.each(rows.filter(({ library }) => library.startsWith('`')))(
  'the table has the version of the library in $folder',
  ({ folder, library }) => {
    const [, name, version] = /^`(.*)` (\S+)$/.exec(library)!;
    const pinned = globSync('{package.json,requirements.txt,go.mod,pom.xml,Cargo.toml}', {
      cwd: join(FOLDER, folder),
    }).map((file) => readFileSync(join(FOLDER, folder, file), 'utf8'));
    const behind = pinned.map((text) => text.slice(text.indexOf(name!)).slice(0, 200));
    expect(behind.join()).toContain(version);
  },
);

/** Of the languages of examples; other blocks are not of a receiver. */
const FILES: Readonly<Record<string, string>> = {
  ts: 'typescript/*.ts',
  python: 'python/*.py',
  go: 'go/*.go',
  java: 'java/*.java',
  rust: 'rust/src/*.rs',
  ruby: 'ruby/*.rb',
  php: 'php/*.php',
  csharp: 'csharp/*.cs',
};
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code]) => ({
  language: language!,
  code: code!,
}));
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

it('the page quotes each receiver', () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(Object.keys(FILES)));
});

it.each(blocks)('what the page quotes in $language is in a file: $code', ({ language, code }) => {
  const files = globSync(FILES[language]!, { cwd: FOLDER }).map((file) =>
    readFileSync(join(FOLDER, file), 'utf8'),
  );
  expect(files.some((text) => plain(text).includes(plain(code)))).toBe(true);
});
