import { ApiError, PosthornError, RateLimitedError, ServerError } from '../errors.ts';
import type { Posthorn } from '../posthorn.ts';
import type { Schemas } from '../types.ts';
import { sleep } from '../wait.ts';
import { Batch } from './batch.ts';

export type Message = Schemas['Message'];

/** Does what a message asks for. What it throws gives the message back, to come again later. */
export type Work = (message: Message) => Promise<void> | void;

export interface ConsumeSettings {
  /** The target: one of kind `pull`. */
  readonly id: string;
  /** Messages that are fetched at a time: 10 when left out, 100 at most. */
  readonly max?: number | undefined;
  /** How long they are leased, in seconds: 60 when left out. Leases of what takes longer are extended. */
  readonly leaseSeconds?: number | undefined;
  /** Messages that are worked on at a time: 1 when left out. */
  readonly parallel?: number | undefined;
  /** Whether nothing may be done before what was fetched before it: after a failure, what follows is given back as well. */
  readonly inOrder?: boolean | undefined;
  /** Whether it ends when there is nothing to fetch. */
  readonly untilEmpty?: boolean | undefined;
  /** How long a message waits that could not be done. Twice as long each time when left out, from 2 seconds to 15 minutes. */
  readonly delaySeconds?: ((message: Message, error: unknown) => number) | undefined;
  /** Told of each message that could not be done, and without one of a fetch that failed and is tried again. */
  readonly onError?: ((error: unknown, message?: Message) => void) | undefined;
  /** Ends it: what is under way is done, and all else given back. */
  readonly signal?: AbortSignal | undefined;
}

/** After an empty answer; longer while there is nothing, up to the second. In milliseconds. */
const FIRST_PAUSE_MS = 1000;
const MOST_PAUSE_MS = 10_000;

/**
 * Fetches messages of a pull target, hands each to `work`, and acknowledges what is done, until the signal ends it. A message may come
 * twice: drop what was done before, by its `id`.
 * @throws ApiError for what no repetition changes, such as a key that was revoked
 */
export async function consume(
  posthorn: Pick<Posthorn, 'call'>,
  settings: ConsumeSettings,
  work: Work,
): Promise<void> {
  const { id, max = 10, leaseSeconds = 60, untilEmpty = false, onError, signal } = settings;
  for (let pause = 0; !signal?.aborted; ) {
    let items: readonly Message[] = [];
    try {
      ({ items } = await posthorn.call('fetchMessages', { id, max, leaseSeconds }, { signal }));
    } catch (error) {
      if (signal?.aborted) return;
      if (!isPassing(error)) throw error;
      onError?.(error);
    }
    if (items.length > 0) {
      pause = 0;
      await new Batch(posthorn, { ...settings, leaseSeconds }, items).run(work);
      continue;
    }
    if (untilEmpty) return;
    pause = Math.min(MOST_PAUSE_MS, pause * 2 || FIRST_PAUSE_MS);
    await sleep(pause, signal).catch(() => {});
  }
}

/** Whether it may be over by the next fetch. */
const isPassing = (error: unknown): boolean =>
  error instanceof ApiError
    ? error instanceof ServerError || error instanceof RateLimitedError
    : error instanceof PosthornError;
