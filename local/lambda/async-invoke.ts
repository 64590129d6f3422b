/**
 * Asynchronous invocations: the caller is told only that the event was taken. An event whose function fails comes again,
 * at most twice, and then goes to the function's on-failure destination.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { randomUUID } from 'node:crypto';
import type { Log } from '../core/log.ts';
import type { LocalFunction } from './function.ts';
import type { Invocation } from './protocol.ts';

export interface AsyncSettings {
  /** Further attempts after one that failed: 0 to 2. */
  readonly retries: number;
  /** How long an event is tried. */
  readonly maxAgeMs: number;
  /** Takes the record of an event that failed for good. @returns why it could not, undefined where it could */
  readonly onFailure: ((record: string) => string | undefined) | undefined;
}

/** Where a function has no AWS::Lambda::EventInvokeConfig. */
export const ASYNC_DEFAULTS: AsyncSettings = {
  retries: 2,
  maxAgeMs: 6 * 3_600_000,
  onFailure: undefined,
};

/** Lambda's limit for an event of an asynchronous invocation, in bytes. */
const EVENT_LIMIT = 1_048_576;

export interface AsyncCalls {
  /** @throws where Lambda does not take the event */
  invoke(fn: LocalFunction, settings: AsyncSettings, event: string): void;
  /** Gives up what waits to be tried again. */
  close(): void;
}

/** @param retryMs waits before the second and the third attempt */
export function createAsyncCalls(log: Log, retryMs: readonly number[]): AsyncCalls {
  const timers = new Set<NodeJS.Timeout>();
  let isClosed = false;

  async function attempt(fn: LocalFunction, settings: AsyncSettings, taken: Taken): Promise<void> {
    const invocation = await fn.invokeText(taken.event);
    if (invocation.kind === 'returned' || isClosed) return;
    const wait = retryMs[taken.attempts - 1] ?? 0;
    const isTooOld = Date.now() + wait - taken.at > settings.maxAgeMs;
    if (taken.attempts <= settings.retries && !isTooOld) {
      const again = { ...taken, attempts: taken.attempts + 1 };
      const timer = setTimeout(() => {
        timers.delete(timer);
        void attempt(fn, settings, again);
      }, wait).unref();
      timers.add(timer);
      return;
    }
    giveUp(fn, settings, taken, invocation, isTooOld ? 'EventAgeExceeded' : 'RetriesExhausted');
  }

  function giveUp(
    { name, arn }: LocalFunction,
    { onFailure }: AsyncSettings,
    taken: Taken,
    invocation: Failure,
    condition: string,
  ): void {
    const failure = onFailure
      ? onFailure(recordOf(arn, taken, invocation, condition))
      : 'it has no on-failure destination';
    if (failure !== undefined)
      log({ kind: 'cloud', text: `AsyncEventDropped  function=${name} ${condition}: ${failure}` });
  }

  return {
    invoke(fn, settings, event) {
      const bytes = Buffer.byteLength(event);
      if (bytes > EVENT_LIMIT) throw new Error(`event of ${bytes} bytes, at most ${EVENT_LIMIT}`);
      void attempt(fn, settings, { event, at: Date.now(), attempts: 1, requestId: randomUUID() });
    },

    close() {
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** An event that Lambda has taken. */
interface Taken {
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly attempts: number;
  readonly requestId: string;
}

type Failure = Extract<Invocation, { kind: 'failed' }>;

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function recordOf(
  functionArn: string,
  { event, attempts, requestId }: Taken,
  { error }: Failure,
  condition: string,
): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(event),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: error.errorType, errorMessage: error.errorMessage },
  });
}
