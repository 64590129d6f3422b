/** Capacity units of a second, as they come back. What a request takes is known after it, so the last one overdraws. */
export class Bucket {
  /** Units a second, and what it holds at most. */
  readonly rate: number;
  #left: number;
  #at: number;

  constructor(rate: number, now: number) {
    this.rate = rate;
    this.#left = rate;
    this.#at = now;
  }

  /** Whether there is anything left. @param now milliseconds */
  isOpen(now: number): boolean {
    if (now > this.#at) {
      this.#left = Math.min(this.rate, this.#left + ((now - this.#at) * this.rate) / 1000);
      this.#at = now;
    }
    return this.#left > 0;
  }

  take(units: number): void {
    this.#left -= units;
  }
}
