import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pathsOf } from '../../lambdas/api/route.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { tableRows } from '../helpers/markdown.ts';

/** Holds the table of routes in docs/reference.md against the routes. */
const page = readFileSync(new URL('../../docs/reference.md', import.meta.url), 'utf8');
const table = page.split('\n## Routes\n')[1]!.split('\n## ')[0]!;

const CODE = /`(?:([A-Z]+) )?((?:\/|…\/)[^`]*)`/g;

interface Named {
  /** Undefined where all methods are meant, there and of an item. */
  readonly method: string | undefined;
  readonly path: string;
}

/** The routes that a cell names. A method holds for the paths behind it as well. */
function namedIn(cell: string): Named[] {
  const codes = [...cell.matchAll(CODE)];
  return codes.map(([, , path], i) => ({
    method: codes.slice(0, i + 1).findLast(([, method]) => method !== undefined)?.[1],
    path: path!.replace('…', codes[0]![2]!),
  }));
}

const isMeant = ({ method, path }: Named, route: { method: string; path: string }): boolean =>
  method === undefined
    ? route.path.replace(/\/\{\w+\}$/, '') === path
    : method === route.method && path === route.path;

const named = tableRows(table).flatMap(([, cell = '']) => namedIn(cell));
/** Under each of their paths. Those of the documentation itself stand above the table. */
const routes = Object.values(ROUTES)
  .filter((route) => route.function !== 'docs')
  .flatMap((route) => pathsOf(route).map((path) => ({ method: route.method, path })));

describe('the table of routes', () => {
  it('has every route', () => {
    expect(named.length).toBeGreaterThan(50);
    const missing = routes.filter((route) => !named.some((one) => isMeant(one, route)));
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it('has no other', () => {
    expect(named.filter((one) => !routes.some((route) => isMeant(one, route)))).toEqual([]);
  });
});
