import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import { ConnectionError, PosthornError, refused } from './errors.ts';
import { refusalOf } from './refusal.ts';
import type { paths } from './schema.gen.d.ts';

export interface CoreSettings {
  /** Where the API is. */
  readonly url: string;
  /** With each request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
}

export type Core = Client<paths, 'application/json'>;

/**
 * The API by its paths: `core.GET('/v1/targets/{id}', { params: { path: { id } } })`. One try, without a bound on its time.
 * @returns what has `data` for each answer, and throws a `PosthornError` for each that is no success
 */
export function apiCore({ url, headers, fetch }: CoreSettings): Core {
  const core = createFetchClient<paths, 'application/json'>({
    baseUrl: url,
    headers: headers ?? {},
    // A browser's fetch wants to be called by itself.
    fetch: fetch ?? ((request) => globalThis.fetch(request)),
    pathSerializer: pathOf,
    // The API redirects nobody, and a request is for nobody else: a body can hold secrets of targets.
    redirect: 'manual',
  });
  core.use(refusals);
  return guarded(core);
}

/** The name of an operation travels with its request, for errors. */
const operationOf = (request: Request & { operation?: string }, path: string): string =>
  request.operation ?? `${request.method} ${path}`;

const refusals: Middleware = {
  async onResponse({ request, response, schemaPath }) {
    if (isRedirect(response)) throw new PosthornError(redirectText(response));
    if (!response.ok) throw refused(await refusalOf(response, operationOf(request, schemaPath), Date.now()));
  },
};

/** A browser shows neither its status nor where it leads to. */
const isRedirect = ({ type, status }: Response): boolean =>
  type === 'opaqueredirect' || [301, 302, 303, 307, 308].includes(status);

function redirectText({ headers }: Response): string {
  const to = headers.get('location');
  const where = to === null ? '' : ` to ${to}`;
  return `expected an answer of the API, got a redirect${where}, which is not followed: is this its address?`;
}

/** API Gateway decodes a path twice: once to find the route, once for the function. */
const escapeTwice = (value: string): string =>
  encodeURIComponent(value.replace(/[%/?]/g, encodeURIComponent));

/** @throws PosthornError for a parameter that is missing, or that would lead to another path */
function pathOf(path: string, values: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined || value === null || value === '')
      throw new PosthornError(`expected a value for ${name}`);
    const text = String(value);
    if (text === '.' || text === '..')
      throw new PosthornError(`expected another ${name} than ${text}, which no path carries`);
    return escapeTwice(text);
  });
}

const METHODS = ['request', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

type Loose = (...parameters: unknown[]) => Promise<unknown>;

/** An answer can break off while it is read, too. */
function guarded(core: Core): Core {
  const guard =
    (ask: Loose): Loose =>
    (...parameters) =>
      ask(...parameters).catch((error: unknown) => {
        const { signal } = (parameters.at(-1) ?? {}) as { signal?: AbortSignal };
        throw signal?.aborted ? signal.reason : problemOf(error);
      });
  return Object.assign(core, Object.fromEntries(METHODS.map((name) => [name, guard(core[name] as Loose)])));
}

function problemOf(error: unknown): unknown {
  if (error instanceof PosthornError) return error;
  if (error instanceof SyntaxError) {
    return new PosthornError('expected JSON from the API, got something else: is this its address?', {
      cause: error,
    });
  }
  return new ConnectionError(reasonOf(error), { cause: error });
}

/** fetch says no more than that it failed; why stands in its cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  const why = cause?.message || cause?.code || message;
  return why ? `no answer from the API: ${why}` : 'no answer from the API';
}
