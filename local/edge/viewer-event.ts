/**
 * What a CloudFront Function gets and may return at a viewer's request. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
import { z } from 'zod';

/** Name and value, as received: names of headers in any case, several times where they came so. */
export type Pairs = readonly (readonly [name: string, value: string])[];

export interface ViewerRequest {
  readonly method: string;
  /** Path without query, undecoded. */
  readonly uri: string;
  /** Without its question mark, undecoded. */
  readonly query: string;
  readonly headers: Pairs;
}

const one = z.strictObject({ value: z.string() });
const values = z.record(
  z.string(),
  z.strictObject({
    value: z.string(),
    multiValue: z.array(one).optional(),
    attributes: z.string().optional(),
  }),
);
type Values = z.output<typeof values>;

const returned = z.strictObject({
  method: z.string(),
  uri: z.string().startsWith('/', 'expected a path'),
  querystring: values,
  headers: values,
  cookies: values,
});
export type EventRequest = z.output<typeof returned>;

/** Not shown to functions, which may not add them. */
const DISALLOWED =
  /^(connection|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer|upgrade|x-accel-(buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-(auth|cf-billing|cf-id|cf-xff|errortype|fle-profile|header-count|header-order|lambda-integration-tag|requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;

/** Shown, not to be changed. */
const READ_ONLY = ['content-length', 'host', 'transfer-encoding', 'via'];

/** The request as a function sees it. */
export function eventRequest({ method, uri, query, headers }: ViewerRequest): EventRequest {
  const shown = lowerCased(headers).filter(([name]) => name !== 'cookie' && !DISALLOWED.test(name));
  return {
    method,
    uri,
    querystring: grouped(queryPairs(query)),
    headers: grouped(shown),
    cookies: cookiesOf(headers),
  };
}

/**
 * The request that a function's answer makes of the viewer's. What the function has not touched stays byte for byte.
 *
 * @throws Error where CloudFront answers 502
 */
export function changedRequest(viewer: ViewerRequest, answer: unknown): ViewerRequest {
  if (answer !== null && typeof answer === 'object' && 'statusCode' in answer)
    throw new Error('an answer that the function makes itself is not implemented');
  const parsed = returned.safeParse(answer);
  if (!parsed.success) throw new Error(`the function returned no request: ${z.prettifyError(parsed.error)}`);
  const before = eventRequest(viewer);
  const after = parsed.data;
  if (after.method !== before.method) throw new Error('a function may not change the method');
  checkHeaders(before.headers, after.headers);
  const hidden = lowerCased(viewer.headers).filter(([name]) => DISALLOWED.test(name));
  const cookies = pairsOf(after.cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
  return {
    method: viewer.method,
    uri: after.uri,
    query: isSame(before.querystring, after.querystring) ? viewer.query : queryText(after.querystring),
    headers: [...pairsOf(after.headers), ...(cookies ? [['cookie', cookies] as const] : []), ...hidden],
  };
}

function checkHeaders(before: Values, after: Values): void {
  for (const name of Object.keys(after)) {
    if (name !== name.toLowerCase()) throw new Error(`header ${name}: expected its name in lower case`);
    if (name === 'cookie') throw new Error('header cookie: expected cookies in request.cookies');
    if (DISALLOWED.test(name)) throw new Error(`header ${name}: a function may not add it`);
  }
  for (const name of READ_ONLY) {
    if (!isSame(before[name], after[name])) throw new Error(`header ${name}: a function may not change it`);
  }
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const lowerCased = (headers: Pairs): Pairs =>
  headers.map(([name, value]) => [name.toLowerCase(), value] as const);

function cookiesOf(headers: Pairs): Values {
  const pairs = lowerCased(headers)
    .filter(([name]) => name === 'cookie')
    .flatMap(([, text]) => text.split(';'))
    .map((cookie) => splitAt(cookie.trim(), '='))
    .filter(([name]) => name !== '');
  return grouped(pairs);
}

const queryPairs = (query: string): Pairs =>
  query === '' ? [] : query.split('&').map((part) => splitAt(part, '='));

const queryText = (query: Values): string =>
  pairsOf(query)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');

function splitAt(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** A name that came several times has the first value, and all in `multiValue`. */
function grouped(pairs: Pairs): Values {
  const all = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries(
    [...all].map(([name, same]) => {
      const each = same.map(([, value]) => ({ value }));
      return [name, each.length === 1 ? each[0]! : { ...each[0]!, multiValue: each }];
    }),
  );
}

const pairsOf = (all: Values): Pairs =>
  Object.entries(all).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((each) => [name, each.value] as const),
  );
