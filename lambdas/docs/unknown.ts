import type { Route } from '../api/route.ts';

/** The methods that a path has. Empty for a path that is no route's. */
export function methodsOf(routes: readonly Pick<Route, 'method' | 'path'>[], path: string): string[] {
  const segments = path.split('/');
  const methods = routes.filter((route) => fits(route.path.split('/'), segments)).map(({ method }) => method);
  return [...new Set(methods)].sort();
}

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]));
