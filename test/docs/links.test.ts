import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type MarkdownPage, readMarkdown } from '../helpers/markdown.ts';

/**
 * Each relative link of each Markdown page leads to a file of the project, and its anchor to a heading. Files and pages
 * that are named without a link are there as well.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const NOT_OURS = /^(node_modules|cdk\.out|coverage|reports|\.(?!github))/;
const paths = globSync('**/*.md', { cwd: root, exclude: (path) => NOT_OURS.test(path) }).sort();
const pages = new Map(paths.map((path) => [path, readMarkdown(readFileSync(join(root, path), 'utf8'))]));

const isRelative = (link: string): boolean => !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(link);

/** What is wrong with a relative link of the page at `from`; nothing if it leads somewhere. */
function problemOf(link: string, from: string, all: ReadonlyMap<string, MarkdownPage>): string | undefined {
  const [path = '', anchor] = link.split('#').map(decodeURIComponent);
  const file = path === '' ? from : normalize(join(dirname(from), path));
  if (file.startsWith('..') || path.startsWith('/')) return `${link}: leads out of the project`;
  if (!existsSync(join(root, file))) return `${link}: no such file`;
  if (anchor === undefined || all.get(file)?.anchors.has(anchor)) return undefined;
  return `${link}: no such heading`;
}

it('there are pages, README.md among them', () => {
  expect(paths).toEqual(
    expect.arrayContaining(['README.md', 'docs/features.md', 'docs/decisions/README.md']),
  );
});

it.each(paths)('%s has links that lead somewhere', (path) => {
  const problems = pages
    .get(path)!
    .links.filter(isRelative)
    .flatMap((link) => problemOf(link, path, pages) ?? []);
  expect(problems).toEqual([]);
});

/** Files and folders that a text names from the project's root, such as `lib/settings/config.ts` and `bin/`. */
const namedIn = (text: string): string[] =>
  text.match(
    /(?<![\w./-])(bin|lib|lambdas|local|bench|test|docs)\/([\w.-]+\/)*([\w.-]+\.(ts|json|js|md))?/g,
  ) ?? [];
const missingIn = (path: string, isMeant = (_: string) => true): string[] =>
  namedIn(readFileSync(join(root, path), 'utf8')).filter(
    (name) => isMeant(name) && !existsSync(join(root, name)),
  );

it.each(paths.filter((path) => path !== 'CHANGELOG.md'))('%s names files that are there', (path) => {
  expect(missingIn(path)).toEqual([]);
});

it('the code names pages that are there', () => {
  const sources = globSync('{bin,lib,lambdas,local,bench,test}/**/*.ts', {
    cwd: root,
    exclude: (path) => path.startsWith('test/docs'),
  });
  expect(sources.length).toBeGreaterThan(100);
  const isPage = (name: string): boolean => name.startsWith('docs/') && name.endsWith('.md');
  expect(sources.flatMap((path) => missingIn(path, isPage).map((name) => `${path}: ${name}`))).toEqual([]);
});

describe('a name of a file', () => {
  it.each([
    ['`lib/settings/config.ts` and bin/', ['lib/settings/config.ts', 'bin/']],
    ['see lambdas/delivery/decide.ts, or [it](../lib/config.ts)', ['lambdas/delivery/decide.ts']],
    ['https://docs.aws.amazon.com/lib/x.md and /docs/ and lambdas/<function>/', ['lambdas/']],
  ])('%s: %j', (text, names) => expect(namedIn(text)).toEqual(names));
});

describe('a link', () => {
  const page =
    '# A `b` c, d & e\n\n## Same\n\n## Same\n\n```md\n## Code\n```\n\n| [x](y.md) | `[n](o.md)` |\n| - | - |\n';
  const all = new Map([['README.md', readMarkdown(page)]]);

  it('is found in a table, and not in code', () => expect(all.get('README.md')!.links).toEqual(['y.md']));

  it.each([
    ['#a-b-c-d--e', undefined],
    ['README.md#same-1', undefined],
    ['lib/', undefined],
    ['#code', '#code: no such heading'],
    ['#same-2', '#same-2: no such heading'],
    ['lib/settings/config.ts#settings', 'lib/settings/config.ts#settings: no such heading'],
    ['docs/gone.md', 'docs/gone.md: no such file'],
    ['../README.md', '../README.md: leads out of the project'],
    ['/README.md', '/README.md: leads out of the project'],
  ])('%s: %s', (link, problem) => expect(problemOf(link, 'README.md', all)).toBe(problem));
});
