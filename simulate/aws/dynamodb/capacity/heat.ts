import { DYNAMODB } from '../../numbers.ts';
import type { Point } from './point.ts';

const MINUTE = 60_000;
/** Share of what a partition can do from which it is hot. A guess. */
const HOT_SHARE = 0.8;
/** What is remembered of a hot partition's traffic: one of so many requests, by a prime, and the last ones of them. */
const SAMPLED = 17;
const KEPT = 256;

/** How long a partition has been hot, and what it is asked for then. */
export class Heat {
  #minute: number;
  readonly #units = { read: 0, write: 0 };
  readonly #hot: Readonly<Record<Kind, number>>;
  #minutes = 0;
  #asked = 0;
  #samples: Point[] = [];

  /** @param rates units a second that the partition can do */
  constructor(rates: Readonly<Record<Kind, number>>, now: number) {
    this.#minute = Math.floor(now / MINUTE);
    this.#hot = { read: rates.read * 60 * HOT_SHARE, write: rates.write * 60 * HOT_SHARE };
  }

  /** Notes a request. @returns true once the partition is to be split */
  note(kind: Kind, point: Point, units: number, now: number): boolean {
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#minute) this.#turn(minute);
    this.#units[kind] += units;
    if (this.#minutes > 0 && this.#asked++ % SAMPLED === 0) {
      if (this.#samples.length === KEPT) this.#samples.splice(0, KEPT / 2);
      this.#samples.push(point);
    }
    return this.#minutes * MINUTE >= DYNAMODB.splitMs;
  }

  /** What a hot partition is asked for, in the order of time. Then it is watched anew. */
  takeSamples(): readonly Point[] {
    const samples = this.#samples;
    this.#samples = [];
    this.#minutes = 0;
    return samples;
  }

  #turn(minute: number): void {
    const isHot = this.#units.read >= this.#hot.read || this.#units.write >= this.#hot.write;
    const isNext = minute === this.#minute + 1;
    this.#minutes = isHot && isNext ? this.#minutes + 1 : 0;
    if (this.#minutes === 0) this.#samples = [];
    this.#minute = minute;
    this.#units.read = 0;
    this.#units.write = 0;
  }
}

export type Kind = 'read' | 'write';
