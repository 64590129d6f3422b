/** A queue in which owners take turns: whoever adds much waits behind its own, and delays others by one each. */
export interface Turns<T> {
  add(owner: string, one: T): void;
  /** The next one; undefined when there is none. */
  next(): T | undefined;
}

export function createTurns<T>(): Turns<T> {
  // A map keeps the order in which owners came; who had a turn goes to its end.
  const waiting = new Map<string, T[]>();
  return {
    add(owner, one) {
      const own = waiting.get(owner);
      if (own) own.push(one);
      else waiting.set(owner, [one]);
    },
    next() {
      const [first] = waiting;
      if (!first) return undefined;
      const [owner, own] = first;
      const one = own.shift();
      waiting.delete(owner);
      if (own.length > 0) waiting.set(owner, own);
      return one;
    },
  };
}
