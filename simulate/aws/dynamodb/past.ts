import type { Entry, Spot, Table } from '../../../local/services/dynamodb/table.ts';

/** How far behind a replica is at most that answers a read which need not be consistent. A guess. Milliseconds. */
export const REPLICA_LAG_MS = 50;
/** How far behind an index is at most: mostly a fraction of a second, says AWS (GSI.html). */
export const INDEX_LAG_MS = 1000;

/** A write that some read may not see yet. */
export interface RecentWrite {
  readonly at: number;
  readonly spot: Spot;
  readonly former: Entry | undefined;
  readonly next: Entry | undefined;
}

/** Forgotten once there are twice as many, and these are too old. */
const KEPT = 1000;

/** A table as it was a moment ago. */
export class Past {
  readonly #table: Table;
  #writes: RecentWrite[] = [];

  constructor(table: Table) {
    this.#table = table;
  }

  note(write: RecentWrite): void {
    this.#writes.push(write);
    if (this.#writes.length < 2 * KEPT || write.at - this.#writes[KEPT]!.at < INDEX_LAG_MS) return;
    this.#writes = this.#writes.filter(({ at }) => write.at - at < INDEX_LAG_MS);
  }

  /**
   * Reads without the writes after a time.
   * @param concerns whether a write matters to what is read
   * @returns undefined if there are no such writes
   */
  read<T>(since: number, concerns: (write: RecentWrite) => boolean, read: () => T): T | undefined {
    const undone: RecentWrite[] = [];
    for (let i = this.#writes.length - 1; i >= 0 && this.#writes[i]!.at > since; i--)
      if (concerns(this.#writes[i]!)) undone.push(this.#writes[i]!);
    if (undone.length === 0) return undefined;
    const { watch } = this.#table;
    this.#table.watch = undefined;
    try {
      for (const { spot, former } of undone) this.#stand(spot, former);
      return read();
    } finally {
      for (const { spot, next } of undone.reverse()) this.#stand(spot, next);
      this.#table.watch = watch;
    }
  }

  #stand(spot: Spot, entry: Entry | undefined): void {
    if (entry) this.#table.put(spot, entry.item, entry.size);
    else this.#table.delete(spot);
  }
}
