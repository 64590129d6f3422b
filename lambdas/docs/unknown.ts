import { pathsOf, type Route } from '../api/route.ts';

/** The methods that a path has. Empty for a path that is no route's. */
export function methodsOf(
  routes: readonly Pick<Route, 'method' | 'path' | 'alsoAt'>[],
  path: string,
): string[] {
  const segments = path.split('/');
  const methods = routes
    .filter((route) => pathsOf(route).some((known) => fits(known.split('/'), segments)))
    .map(({ method }) => method);
  return [...new Set(methods)].sort();
}

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]));
