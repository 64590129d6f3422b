import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../site/generate/error-codes.ts';
import { GENERATED } from '../../site/generate/main.ts';
import { NAVIGATION, routeOf, sourcesOf } from '../../site/navigation.ts';
import { ROOT } from '../../site/root.ts';
import { sitePages } from '../../site/stage.ts';

/** The site has all pages, and what is made of declarations is as they are. That it builds, .ci/run tries. */
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('the navigation', () => {
  const places = NAVIGATION.flatMap(sourcesOf);

  it('has a place for each page of docs/, and no page twice', () => {
    const pages = globSync('docs/*.md', { cwd: ROOT });
    expect(pages.filter((page) => !places.includes(page))).toEqual([]);
    expect(new Set(places).size).toBe(places.length);
  });

  it.each([
    ['docs/filters.md', '/filters'],
    ['docs/api.md', '/api/'],
    ['docs/decisions/README.md', '/decisions/'],
    ['docs/decisions/05-batch-then-single.md', '/decisions/05-batch-then-single'],
    ['CHANGELOG.md', '/changelog'],
  ])('%s is at %s', (source, route) => expect(routeOf(source)).toBe(route));
});

describe('what is made of declarations', () => {
  it.each(Object.entries(GENERATED))('%s is as they are: npm run docs:generate', (path, make) => {
    expect(read(path)).toBe(make());
  });

  it('docs/errors.md has each error that functions answer', () => {
    const sources = globSync('lambdas/**/*.ts', { cwd: ROOT }).map(read);
    const answered = sources.flatMap((text) =>
      [...text.matchAll(/\bApiError\(\s*(\d{3}),\s*'(\w+)'/g)].map(([, status, code]) => `${status} ${code}`),
    );
    const known = Object.entries(ERROR_CODES).map(([code, { status }]) => `${status} ${code}`);
    expect(new Set(answered).size).toBeGreaterThan(20);
    expect(answered.filter((one) => !known.includes(one))).toEqual([]);
    expect(known.filter((one) => !sources.some((text) => text.includes(`'${one.split(' ')[1]}'`)))).toEqual(
      [],
    );
  });
});

describe('the pages of the site', () => {
  const pages = sitePages();
  const routes = new Set(pages.map(({ route }) => route));

  it('have an address each', () => expect(routes.size).toBe(pages.length));

  it('shows the API by sections, and each route of it', () => {
    const below = (prefix: string) => pages.filter(({ route }) => route.startsWith(prefix)).length;
    expect(below('/api/')).toBeGreaterThan(25);
    expect(below('/reference/')).toBeGreaterThan(14);
  });

  it.each(pages)('$route links to pages that there are', ({ text }) => {
    const links = [...text.matchAll(/\]\((\/[^)#]*)/g)].map(([, path]) => path!);
    const missing = links.filter(
      (path) => !routes.has(path) && path !== '/' && !path.startsWith('/pictures/'),
    );
    expect(missing).toEqual([]);
  });
});
