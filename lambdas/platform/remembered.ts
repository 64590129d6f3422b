/**
 * Reads at most once in a while, and answers from memory in between. A failure is not kept.
 * @param ms how long what was read is fresh
 */
export function remembered<T>(read: () => Promise<T>, ms: number, now: () => number): () => Promise<T> {
  let known: { readonly value: Promise<T>; readonly until: number } | undefined;
  return () => {
    const at = now();
    if (known && known.until >= at) return known.value;
    const reading = {
      value: read().catch((error: unknown) => {
        if (known === reading) known = undefined;
        throw error;
      }),
      until: at + ms,
    };
    known = reading;
    return reading.value;
  };
}
