import { pathsOf, type Route } from '../../api/route.ts';
import { didYouMean } from '../../values/did-you-mean.ts';

/** What can be said of a request that no route takes. Pure. */

type Known = Pick<Route, 'method' | 'path' | 'alsoAt' | 'greedy'>;

/** The methods that a path has. Empty for a path that is no route's. */
export function methodsOf(routes: readonly Known[], path: string): string[] {
  const segments = path.split('/');
  const methods = routes
    .filter((route) => pathsOf(route).some((known) => fits({ ...route, path: known }, segments)))
    .map(({ method }) => method);
  return [...new Set(methods)].sort();
}

function fits({ path, greedy }: Pick<Known, 'path' | 'greedy'>, segments: readonly string[]): boolean {
  const pattern = path.split('/');
  const before = pattern.length - 1;
  const parts = greedy ? [...segments.slice(0, before), segments.slice(before).join('/')] : segments;
  return (
    pattern.length === parts.length &&
    pattern.every((part, index) => (isVariable(part) ? parts[index] !== '' : part === parts[index]))
  );
}

const isVariable = (part: string): boolean => part.startsWith('{');

/**
 * The path with single slashes between its segments and none at its end, percent-encoded, if that is a route's.
 * Whatever comes in, what is answered begins with one slash and never leads to another host.
 * @param path decoded, as API Gateway hands it over
 */
export function withoutSlashes(routes: readonly Known[], path: string): string | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const plain = `/${segments.join('/')}`;
  if (plain === path || NO_MISTAKE.test(path) || segments.some(isDots)) return undefined;
  if (methodsOf(routes, plain).length === 0) return undefined;
  return `/${segments.map((segment) => encodeURIComponent(segment.toWellFormed())).join('/')}`;
}

/** More slashes than a base address and a path make together: an escaped one in the place of an id, which is decoded. */
const NO_MISTAKE = /\/\/(\/|$)/;

/** What clients resolve before they send it (RFC 3986, 5.2.4). */
const isDots = (segment: string): boolean => segment === '.' || segment === '..';

/** What a step from one path to the other weighs; a route is near up to 1. */
const LIKE = 0.4;
const VARIABLE = 0.1;
const VERSION = 0.3;
const FOREIGN = 1;
const NEAR = 1;

/** No route is longer, and comparing would only take time. */
const MAX_SEGMENTS = 10;

/** The route that was meant, as it is called: `POST /v1/events`. Undefined where none is near. */
export function nearestRoute(routes: readonly Known[], method: string, path: string): string | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.every(isVersion) || segments.length > MAX_SEGMENTS) return undefined;
  const [best] = routes
    .flatMap((route) =>
      pathsOf(route).map((known) => ({
        name: `${route.method} ${known}`,
        steps: stepsBetween(known.split('/').slice(1), segments),
        isSameMethod: route.method === method,
      })),
    )
    .filter(({ steps }) => steps <= NEAR)
    .sort((a, b) => a.steps - b.steps || Number(b.isSameMethod) - Number(a.isSameMethod));
  return best?.name;
}

/** Levenshtein's distance of two paths, by segments. */
function stepsBetween(pattern: readonly string[], segments: readonly string[]): number {
  let last = Array.from({ length: segments.length + 1 }, (_, column) => column * FOREIGN);
  for (const part of pattern) {
    const row = [last[0]! + missingPart(part)];
    for (const [column, segment] of segments.entries()) {
      row.push(
        Math.min(
          last[column]! + difference(part, segment),
          last[column + 1]! + missingPart(part),
          row[column]! + FOREIGN,
        ),
      );
    }
    last = row;
  }
  return last[segments.length]!;
}

const isVersion = (part: string): boolean => /^v\d+$/i.test(part);

const missingPart = (part: string): number => (isVersion(part) ? VERSION : FOREIGN);

function difference(part: string, segment: string): number {
  if (part === segment) return 0;
  if (isVariable(part)) return VARIABLE;
  if (isVersion(part)) return isVersion(segment) ? VERSION : 2 * FOREIGN;
  return didYouMean(segment, [part]) === part || haveOneStem(part, segment) ? LIKE : 2 * FOREIGN;
}

/** `delivery` and `deliveries`. */
const haveOneStem = (a: string, b: string): boolean =>
  a.length > STEM && a.slice(0, STEM) === b.slice(0, STEM).toLowerCase();
const STEM = 5;
