import { ApiError, PosthornError, RateLimitedError, ServerError } from '../errors.ts';
import type { Posthorn } from '../posthorn.ts';
import { sleep } from '../wait.ts';
import { Batch } from './batch.ts';
import type { ConsumeSettings, Message, Work } from './settings.ts';

/** After an empty answer; longer while there is nothing, up to the second. In milliseconds. */
const FIRST_PAUSE_MS = 1000;
const MOST_PAUSE_MS = 10_000;

/**
 * Fetches messages of a pull target, hands each to `work`, and acknowledges what is done, until the signal ends it. A message may come
 * twice: drop what was done before, by its `id`.
 * @throws ApiError for what no repetition changes, such as a key that was revoked; with `untilEmpty` whatever a fetch fails with
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
      // What runs now and then, until nothing is left, is not done.
      if (untilEmpty || !isPassing(error)) throw error;
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
