import pLimit from 'p-limit';

/**
 * Works on things a few at a time: the next begins as soon as one is done. The results are in the order of the things.
 * After a failure no other thing is begun.
 * @param limit things under way at once; more would only queue for sockets
 */
export async function inParallel<T, R>(
  things: readonly T[],
  limit: number,
  work: (thing: T) => Promise<R>,
): Promise<R[]> {
  const limiter = pLimit(limit);
  return limiter.map(things, async (thing) => {
    try {
      return await work(thing);
    } catch (error) {
      // Here and not where the failure arrives: by then the library has begun the next.
      limiter.clearQueue();
      throw error;
    }
  });
}
