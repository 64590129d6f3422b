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
  const results: R[] = [];
  let next = 0;
  const workOn = async (): Promise<void> => {
    while (next < things.length) {
      const i = next++;
      try {
        results[i] = await work(things[i]!);
      } catch (error) {
        next = things.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, things.length) }, workOn));
  return results;
}
