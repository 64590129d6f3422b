/** Where an entry stands among those of its partition: by `sort`, and where that is equal by `tie`. */
export interface Place {
  readonly sort: string;
  readonly tie: string;
}

/** Bounds what an insertion moves, in a partition of any size. */
const CHUNK = 256;

const isBefore = (a: Place, b: Place): boolean => a.sort < b.sort || (a.sort === b.sort && a.tie < b.tie);
const isAt = (a: Place | undefined, b: Place): boolean => a?.sort === b.sort && a.tie === b.tie;

/** Entries in the order of their places, each place once. */
export class SortedEntries<E extends Place> {
  #chunks: E[][] = [];

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  get first(): E {
    return this.#chunks[0]![0]!;
  }

  *all(): Generator<E> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  find(place: Place): E | undefined {
    const [chunk, index] = this.#seek((entry) => isBefore(entry, place));
    const entry = this.#chunks[chunk]?.[index];
    return isAt(entry, place) ? entry : undefined;
  }

  /** @returns the entry that stood there before */
  put(entry: E): E | undefined {
    const last = this.#chunks.at(-1);
    // Most entries come in order.
    if (!last || isBefore(last.at(-1)!, entry)) {
      if (last && last.length < CHUNK) last.push(entry);
      else this.#chunks.push([entry]);
      return undefined;
    }
    const [at, index] = this.#seek((other) => isBefore(other, entry));
    const chunk = this.#chunks[at]!;
    const former = chunk[index];
    if (isAt(former, entry)) chunk[index] = entry;
    else this.#insert(at, chunk, index, entry);
    return isAt(former, entry) ? former : undefined;
  }

  /** @returns the entry that stood there */
  delete(place: Place): E | undefined {
    const [at, index] = this.#seek((entry) => isBefore(entry, place));
    const chunk = this.#chunks[at];
    const entry = chunk?.[index];
    if (!chunk || !isAt(entry, place)) return undefined;
    chunk.splice(index, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    return entry;
  }

  /**
   * Visits entries in order until a visit returns false.
   * @param isSkipped true for those at the beginning that are left out
   */
  forward(isSkipped: (entry: E) => boolean, visit: (entry: E) => boolean): boolean {
    let [at, index] = this.#seek(isSkipped);
    for (; at < this.#chunks.length; at++, index = 0) {
      const chunk = this.#chunks[at]!;
      for (; index < chunk.length; index++) if (!visit(chunk[index]!)) return false;
    }
    return true;
  }

  /** The same in reverse order. @param isSkipped true for those at the end that are left out */
  backward(isSkipped: (entry: E) => boolean, visit: (entry: E) => boolean): boolean {
    const [start, place] = this.#seek((entry) => !isSkipped(entry));
    for (let at = Math.min(start, this.#chunks.length - 1); at >= 0; at--) {
      const chunk = this.#chunks[at]!;
      const after = at === start ? place : chunk.length;
      for (let index = after - 1; index >= 0; index--) if (!visit(chunk[index]!)) return false;
    }
    return true;
  }

  #insert(at: number, chunk: E[], index: number, entry: E): void {
    chunk.splice(index, 0, entry);
    if (chunk.length > CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
  }

  /** Chunk and index of the first entry that does not come before. */
  #seek(comesBefore: (entry: E) => boolean): [chunk: number, index: number] {
    const at = firstOf(this.#chunks, (chunk) => !comesBefore(chunk.at(-1)!));
    const chunk = this.#chunks[at];
    return [at, chunk ? firstOf(chunk, (entry) => !comesBefore(entry)) : 0];
  }
}

/** The index of the first element that is true, in an array whose false ones come first; its length if none is. */
export function firstOf<T>(all: readonly T[], isTrue: (element: T) => boolean): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isTrue(all[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
