import { customHeaderProblem } from '../targets/request-headers.ts';
import { MAX_HEADERS, MAX_PATH_LENGTH } from './limits.ts';
import type { Made } from './process/messages.ts';

/** What a transformation made of an event. What it did not make stays as it is without one. */
export interface Shaped {
  readonly body?: Uint8Array;
  readonly contentType?: string;
  /** With names in lower case. They go before those of the target. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the request, below the path of the target's URL. */
  readonly path?: string;
}

/** Why what an expression made can't be sent. Without anything of it. */
export interface ShapeProblem {
  readonly message: string;
}

/** What an expression made, checked by the rules of targets. */
export function shapedOf({ body, contentType, headers, path }: Made): Shaped | ShapeProblem {
  const problem =
    (contentType !== undefined ? labelled('contentType', contentTypeProblem(contentType)) : undefined) ??
    (path !== undefined ? labelled('path', pathProblem(path)) : undefined) ??
    headersProblem(headers ?? {});
  if (problem !== undefined) return { message: problem };
  return {
    ...(body !== undefined && { body: Buffer.from(body, 'utf8') }),
    ...(contentType !== undefined && { contentType }),
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
    }),
    ...(path !== undefined && { path }),
  };
}

/** As of the events that are taken: it goes out as a header. */
const contentTypeProblem = (contentType: string): string | undefined =>
  /^[\x20-\x7e]{1,256}$/.test(contentType) ? undefined : 'expected 1 to 256 printable ASCII characters';

const labelled = (member: string, problem: string | undefined): string | undefined =>
  problem === undefined ? undefined : `${member}: ${problem}`;

function headersProblem(headers: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(headers);
  if (names.length > MAX_HEADERS) return `headers: expected at most ${MAX_HEADERS}, got ${names.length}`;
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length)
    return 'headers: expected each header once: upper and lower case are the same';
  for (const [name, value] of Object.entries(headers)) {
    const problem = customHeaderProblem(name, value);
    // A name that is none may come from a payload.
    if (problem !== undefined) return `headers.${/^[\w-]{1,64}$/.test(name) ? name : '…'}: ${problem}`;
  }
  return undefined;
}

/** Characters of a path and a query as they stand in a request (RFC 3986, sections 3.3 and 3.4), `%` with its digits. */
const PATH = /^\/(?:[\w\-.~!$&'()*+,;=:@/?]|%[\dA-Fa-f]{2})*$/;

const PATH_EXPECTED =
  'expected / and then a path of URL characters, with a query if you like; anything else as $encodeUrlComponent makes it';

function pathProblem(path: string): string | undefined {
  if (path.length > MAX_PATH_LENGTH) return `expected at most ${MAX_PATH_LENGTH} characters`;
  if (!PATH.test(path) || path.startsWith('//')) return PATH_EXPECTED;
  return hasDots(path) ? 'expected no . and .. between slashes' : undefined;
}

/** The segments that URLs resolve away, however they are written (WHATWG URL, "double-dot URL path segment"). */
const hasDots = (path: string): boolean =>
  path
    .split('?', 1)[0]!
    .split('/')
    .some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));

/**
 * The URL of a request: the path is added to that of the target, and its query to the target's. So a transformation leads to no
 * other host, and to nothing above the URL that the target's owner has set.
 */
export function withPath(url: string, path: string): string {
  const whole = new URL(url);
  const [added, ...queries] = path.split('?');
  whole.pathname = `${whole.pathname.replace(/\/$/, '')}${added}`;
  const query = queries.join('?');
  whole.search = [whole.search.slice(1), query].filter((part) => part !== '').join('&');
  return whole.href;
}
