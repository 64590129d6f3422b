import { DYNAMODB } from '../../numbers.ts';

/** Capacity units as they come back. What a request takes is known after it, so the last one overdraws. */
export class Bucket {
  /** Units a second. */
  readonly rate: number;
  readonly #most: number;
  #left: number;
  #at: number;

  constructor(rate: number, now: number) {
    this.rate = rate;
    this.#most = rate * DYNAMODB.burstSeconds;
    this.#left = this.#most;
    this.#at = now;
  }

  /** Whether there is anything left. @param now milliseconds */
  isOpen(now: number): boolean {
    if (now > this.#at) {
      this.#left = Math.min(this.#most, this.#left + ((now - this.#at) * this.rate) / 1000);
      this.#at = now;
    }
    return this.#left > 0;
  }

  take(units: number): void {
    this.#left -= units;
  }
}
