/** A binary heap. */
export interface Heap<T> {
  readonly size: number;
  push(value: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

export function createHeap<T>(isBefore: (a: T, b: T) => boolean): Heap<T> {
  const all: T[] = [];
  return {
    get size() {
      return all.length;
    },
    peek: () => all[0],
    push(value) {
      let at = all.length;
      all.push(value);
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!isBefore(value, all[parent]!)) break;
        all[at] = all[parent]!;
        at = parent;
      }
      all[at] = value;
    },
    pop() {
      const first = all[0];
      const last = all.pop();
      if (all.length === 0 || last === undefined) return first;
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= all.length) break;
        if (child + 1 < all.length && isBefore(all[child + 1]!, all[child]!)) child++;
        if (!isBefore(all[child]!, last)) break;
        all[at] = all[child]!;
        at = child;
      }
      all[at] = last;
      return first;
    },
  };
}
