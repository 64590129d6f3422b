import { type Answered, Call } from './call.ts';
import { apiCore, type Core } from './core.ts';
import { NotFoundError, PosthornError, TimeoutError } from './errors.ts';
import { type Hooks, watched } from './hooks.ts';
import type { Operations } from './methods.gen.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations.gen.ts';
import { Pages } from './pages.ts';
import { Publisher, type SendBatch } from './publisher/publisher.ts';
import { chosen, type PublisherSettings } from './publisher/settings.ts';
import { randomId } from './random-id.ts';
import { type AnyArgs, asksForText, type Init, initOf } from './request.ts';
import { isUnsent, waitBeforeRetry } from './retry.ts';
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
  /** Before the first of them, in milliseconds: 250 when left out. It doubles each time, up to 8 seconds. */
  readonly retryWaitMs?: number | undefined;
}

const TIMEOUT_MS = 35_000;
const MAX_RETRIES = 3;
const RETRY_WAIT_MS = 250;

/** A list for what answers pages, a call for everything else. */
export type Asked<O extends OperationName> = (typeof OPERATIONS)[O]['isPaged'] extends true
  ? Pages<Row<O>, Result<O>>
  : Call<Result<O>>;

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}

class Client {
  readonly #settings: Settings;
  readonly #core: Core;

  constructor(settings: Settings) {
    if (!isAddress(settings.url))
      // The address is not shown: a password can stand in it.
      throw new PosthornError(
        "expected the API's address, such as https://api.example.com, without user and password",
      );
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

  /** Publishes events in batches, each under an id of its own. */
  publisher({ timeoutMs, ...settings }: PublisherSettings = {}): Publisher {
    const send: SendBatch = (body, signal) =>
      this.call('publishBatch', { body }, { signal, timeoutMs, maxRetries: chosen(settings).maxRetries });
    return new Publisher(send, settings);
  }

  async #ask<T>(
    name: string,
    operation: Operation | undefined,
    args: AnyArgs,
    options: AnyOptions,
  ): Promise<Answered<T>> {
    if (!operation) throw new PosthornError(`there is no operation ${name}`);
    const idempotencyKey =
      options.idempotencyKey ?? (operation.repeat === 'with-key' ? randomId() : undefined);
    const init = initOf(name, operation, args, { ...options, idempotencyKey });
    const { maxRetries = this.#settings.maxRetries ?? MAX_RETRIES, signal } = options;
    for (let tries = 1, mayBeDone = false; ; tries++) {
      try {
        return await this.#try<T>(operation, init, options);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (mayBeDone && isGone(operation, error)) return deleted() as Answered<T>;
        mayBeDone ||= !isUnsent(error);
        const wait = waitBeforeRetry({
          error,
          tries,
          maxRetries,
          firstWaitMs: this.#settings.retryWaitMs ?? RETRY_WAIT_MS,
          repeat: operation.repeat,
          isConditional: options.ifMatch !== undefined,
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

/** What a deletion answers. Made when it is needed: the first mention of `Response` loads all of fetch. */
const deleted = (): Answered<undefined> => ({
  data: undefined,
  response: new Response(null, { status: 204 }),
});

/** Whether a deletion that was sent again found nothing: the one before has done it. */
const isGone = ({ method, answer }: Operation, error: unknown): boolean =>
  method === 'DELETE' && answer === 'none' && error instanceof NotFoundError;

async function keyOf({ key }: Settings): Promise<string | undefined> {
  return typeof key === 'function' ? await key() : key;
}

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
