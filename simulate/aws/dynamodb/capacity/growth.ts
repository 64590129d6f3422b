import { DYNAMODB } from '../../numbers.ts';
import type { Kind } from './heat.ts';

const MINUTE = 60_000;
const { factor, ageMs } = DYNAMODB.peak;

/** How many partitions a table on demand needs for a multiple of the most that it has done, by the minute. */
export class Growth {
  #minute: number;
  readonly #units = { read: 0, write: 0 };
  readonly #rates: Readonly<Record<Kind, number>>;
  #needed = 0;
  #readyAt = Number.POSITIVE_INFINITY;

  /** @param rates units a second that one partition can do */
  constructor(rates: Readonly<Record<Kind, number>>, now: number) {
    this.#minute = Math.floor(now / MINUTE);
    this.#rates = rates;
  }

  /**
   * Notes what was done.
   * @param partitions that there are
   * @returns how many there are to be
   */
  note(kind: Kind, units: number, partitions: number, now: number): number {
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#minute) this.#turn(minute, partitions, now);
    this.#units[kind] += units;
    if (now < this.#readyAt) return partitions;
    const needed = this.#needed;
    this.#needed = 0;
    this.#readyAt = Number.POSITIVE_INFINITY;
    return Math.max(needed, partitions);
  }

  #turn(minute: number, partitions: number, now: number): void {
    const neededFor = (kind: Kind): number =>
      Math.ceil((factor * this.#units[kind]) / 60 / this.#rates[kind]);
    const needed = Math.max(neededFor('read'), neededFor('write'));
    if (needed > partitions && needed > this.#needed) {
      this.#needed = needed;
      if (this.#readyAt === Number.POSITIVE_INFINITY) this.#readyAt = now + ageMs;
    }
    this.#minute = minute;
    this.#units.read = 0;
    this.#units.write = 0;
  }
}
