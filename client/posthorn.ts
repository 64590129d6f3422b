import { type Answered, Call } from './call.ts';
import { apiCore, type Core } from './core.ts';
import { PosthornError, TimeoutError } from './errors.ts';
import { type Hooks, watched } from './hooks.ts';
import type { Operations } from './methods.gen.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations.gen.ts';
import { Pages } from './pages.ts';
import { type AnyArgs, asksForText, type Init, initOf } from './request.ts';
import { waitBeforeRetry } from './retry.ts';
import type { AnyOptions, OperationName, Result, Row } from './types.ts';
import { sleep, withTimeout } from './wait.ts';

export interface Settings extends Hooks {
  /** Where the API is: `https://….execute-api.eu-central-1.amazonaws.com`. */
  readonly url: string;
  /** An API key or a portal token, or what fetches one: it is asked before each request. */
  readonly key?: string | (() => string | Promise<string>) | undefined;
  /** In place of the platform's. */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** For each try, in milliseconds: 35 seconds when left out. The API itself answers within 30. */
  readonly timeoutMs?: number | undefined;
  /** How often a request that failed is sent again, where that is safe: 3 times when left out. */
  readonly maxRetries?: number | undefined;
}

const TIMEOUT_MS = 35_000;
const MAX_RETRIES = 3;

/** A list for what answers pages, a call for everything else. */
export type Asked<O extends OperationName> = (typeof OPERATIONS)[O]['isPaged'] extends true
  ? Pages<Row<O>, Result<O>>
  : Call<Result<O>>;

class Client {
  readonly #settings: Settings;
  readonly #core: Core;

  constructor(settings: Settings) {
    if (!URL.canParse(settings.url))
      throw new PosthornError(`expected the API's address, got ${settings.url}`);
    this.#settings = settings;
    this.#core = apiCore({ url: settings.url, fetch: watched(settings) });
  }

  /** Calls an operation by its name, for tools. Its arguments are those of the method of that name. */
  call<O extends OperationName>(name: O, args: AnyArgs = {}, options: AnyOptions = {}): Asked<O> {
    const operation: Operation | undefined = OPERATIONS[name];
    const answered = this.#ask(name, operation, args, options);
    const asked =
      operation?.isPaged && !asksForText(args)
        ? new Pages(answered, (cursor) => this.#ask(name, operation, { ...args, cursor }, options))
        : new Call(answered);
    return asked as unknown as Asked<O>;
  }

  async #ask<T>(
    name: string,
    operation: Operation | undefined,
    args: AnyArgs,
    options: AnyOptions,
  ): Promise<Answered<T>> {
    if (!operation) throw new PosthornError(`there is no operation ${name}`);
    const idempotencyKey =
      options.idempotencyKey ?? (operation.repeat === 'with-key' ? randomKey() : undefined);
    const init = initOf(name, operation, args, { ...options, idempotencyKey });
    const { maxRetries = this.#settings.maxRetries ?? MAX_RETRIES, signal } = options;
    for (let tries = 1; ; tries++) {
      try {
        return await this.#try<T>(operation, init, options);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        const { repeat } = operation;
        const isConditional = options.ifMatch !== undefined;
        const wait = waitBeforeRetry({
          error,
          tries,
          maxRetries,
          repeat,
          isConditional,
          random: Math.random(),
        });
        if (wait === undefined) throw error;
        await sleep(wait, signal);
      }
    }
  }

  async #try<T>(operation: Operation, init: Init, options: AnyOptions): Promise<Answered<T>> {
    const { timeoutMs = this.#settings.timeoutMs ?? TIMEOUT_MS, signal } = options;
    signal?.throwIfAborted();
    const key = await keyOf(this.#settings);
    const headers = { ...(key !== undefined && { authorization: `Bearer ${key}` }), ...init.headers };
    const late = () => new TimeoutError(`${init.operation}: no answer within ${timeoutMs} ms`);
    return withTimeout({ ms: timeoutMs, signal, late }, async (ends) => {
      const request = { ...init, headers, signal: ends };
      const { data, response } = await this.#core.request(
        operation.method.toLowerCase() as 'get',
        operation.path as '/',
        request as never,
      );
      const read = operation.answer === 'bytes' ? new Uint8Array(data as unknown as ArrayBuffer) : data;
      return { data: read as T, response };
    });
  }
}

async function keyOf({ key }: Settings): Promise<string | undefined> {
  return typeof key === 'function' ? await key() : key;
}

/** 128 random bits. A browser has no `randomUUID` for pages without TLS. */
const randomKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

for (const name of Object.keys(OPERATIONS) as OperationName[]) {
  Object.defineProperty(Client.prototype, name, {
    value(this: Client, args?: AnyArgs, options?: AnyOptions) {
      return this.call(name, args, options);
    },
    writable: true,
    configurable: true,
  });
}

/** Posthorn's API: a method for each of its routes. */
export type Posthorn = Client & Operations;
export const Posthorn = Client as new (settings: Settings) => Posthorn;
