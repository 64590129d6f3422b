/**
 * Which route of an HTTP API takes a request. Pure.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
import { handedOver } from './path.ts';

interface RouteMatch<T> {
  readonly route: T;
  /** Undefined where the route has none. */
  readonly pathParameters: Record<string, string> | undefined;
}

interface Compiled<T> {
  readonly route: T;
  readonly method: string;
  readonly segments: readonly string[];
  readonly greedy: boolean;
  /** Whether it has no variable. */
  readonly isLiteral: boolean;
}

type Matcher<T> = (method: string, path: string) => RouteMatch<T> | undefined;

/**
 * A matcher over route keys such as `GET /events/{id}`, `ANY /{proxy+}` and `$default`. A full match beats a greedy
 * one, a literal segment a variable, a method ANY, and every route `$default`.
 *
 * It takes a path that has been decoded once, see path.ts: an escaped slash splits segments like any other.
 */
export function routeMatcher<T extends { readonly routeKey: string }>(routes: readonly T[]): Matcher<T> {
  const fallback = routes.find((route) => route.routeKey === '$default');
  const compiled = routes
    .filter((route) => route !== fallback)
    .map(compile)
    .sort(bySpecificity);
  const longest = Math.max(0, ...compiled.map(({ segments }) => segments.length));
  const fitting = new Map<string, readonly Compiled<T>[]>();

  /** Routes that a request with this method and so many segments may take. */
  function candidates(method: string, count: number): readonly Compiled<T>[] {
    // All longer paths have the same.
    const length = Math.min(count, longest + 1);
    const key = `${method} ${length}`;
    const known = fitting.get(key) ?? compiled.filter((route) => fits(route, method, length));
    fitting.set(key, known);
    return known;
  }

  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const candidate of candidates(method, segments.length)) {
      const pathParameters = match(candidate, segments);
      if (!pathParameters) continue;
      return { route: candidate.route, pathParameters: candidate.isLiteral ? undefined : pathParameters };
    }
    return fallback && { route: fallback, pathParameters: undefined };
  };
}

function compile<T extends { readonly routeKey: string }>(route: T): Compiled<T> {
  const [method, path] = route.routeKey.split(' ');
  if (!method || !path?.startsWith('/'))
    throw new Error(`route key "${route.routeKey}": expected "METHOD /path" or $default`);
  const segments = path.split('/').slice(1);
  return { route, method, segments, greedy: path.endsWith('+}'), isLiteral: !segments.some(isVariable) };
}

const fits = (route: Compiled<unknown>, method: string, count: number): boolean =>
  (route.method === 'ANY' || route.method === method) &&
  (route.greedy ? count >= route.segments.length : count === route.segments.length);

function bySpecificity<T>(a: Compiled<T>, b: Compiled<T>): number {
  if (a.greedy !== b.greedy) return a.greedy ? 1 : -1;
  if (a.greedy && a.segments.length !== b.segments.length) return b.segments.length - a.segments.length;
  const variables = (route: Compiled<T>): string =>
    route.segments.map((segment) => (isVariable(segment) ? '1' : '0')).join('');
  const [left, right] = [variables(a), variables(b)];
  if (left !== right) return left < right ? -1 : 1;
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function match<T>(candidate: Compiled<T>, segments: readonly string[]): Record<string, string> | undefined {
  const { segments: expected, greedy } = candidate;
  const parameters: Record<string, string> = {};
  for (const [index, pattern] of expected.entries()) {
    const last = greedy && index === expected.length - 1;
    const actual = last ? segments.slice(index).join('/') : segments[index]!;
    if (isVariable(pattern)) {
      if (actual === '') return undefined;
      parameters[pattern.replace(/^\{|\+?\}$/g, '')] = handedOver(actual);
    } else if (pattern !== actual) return undefined;
  }
  return parameters;
}

const isVariable = (segment: string): boolean => segment.startsWith('{');
