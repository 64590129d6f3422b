/**
 * Works on things a few at a time, and gives the results in their order. The first failure stops what has not begun.
 * @param limit things under way at once; more would only queue for sockets
 */
export async function inParallel<T, R>(
  things: readonly T[],
  limit: number,
  work: (thing: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < things.length; i += limit) {
    results.push(...(await Promise.all(things.slice(i, i + limit).map(work))));
  }
  return results;
}
