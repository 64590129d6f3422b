/** A binary heap. Its items know their places, so any of them can leave or move in O(log n). */

export interface Placed {
  /** Its index in the heap that it is in. Only the heap sets it. */
  place: number;
}

/** @param isBefore a strict order */
export function createHeap<T extends Placed>(isBefore: (a: T, b: T) => boolean) {
  const items: T[] = [];

  function put(item: T, place: number): void {
    items[place] = item;
    item.place = place;
  }

  function rise(item: T): void {
    let place = item.place;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(item, items[above]!)) break;
      put(items[above]!, place);
      place = above;
    }
    put(item, place);
  }

  function sink(item: T): void {
    let place = item.place;
    while (true) {
      let below = 2 * place + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && isBefore(items[below + 1]!, items[below]!)) below++;
      if (!isBefore(items[below]!, item)) break;
      put(items[below]!, place);
      place = below;
    }
    put(item, place);
  }

  /** An item's order has changed. */
  function move(item: T): void {
    rise(item);
    sink(item);
  }

  return {
    size: () => items.length,
    first: (): T | undefined => items[0],
    move,
    add(item: T): void {
      put(item, items.length);
      rise(item);
    },
    remove(item: T): void {
      const last = items.pop()!;
      if (last === item) return;
      put(last, item.place);
      move(last);
    },
    clear(): void {
      items.length = 0;
    },
    /** In no order. */
    values: (): Iterable<T> => items,
  };
}
