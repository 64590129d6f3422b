/**
 * Filters and payloads come from strangers, who could make them for each other. So whatever looks at a payload counts
 * what it does, and ends when it has done too much.
 */

/**
 * For one filter and one event: nine hundred objects in an array, compared in ten fields, or a regular expression of
 * average size on a text of 30 KB. A step is the look at one field, element or short text: up to 0.2 microseconds of a
 * whole processor, so all of them are 2 milliseconds.
 */
export const MAX_STEPS = 10_000;

/** Thrown by `spend`. One object for all, since it is thrown where time is short. */
class OutOfSteps extends Error {
  override readonly name = 'OutOfSteps';
}
const OUT_OF_STEPS = new OutOfSteps(`more than can be compared: ${MAX_STEPS} elements and fields`);

export const isOutOfSteps = (error: unknown): error is Error => error === OUT_OF_STEPS;

/** Counts the steps of one look at one event. */
export class Work {
  steps = 0;
  #limit: number;

  constructor(limit = MAX_STEPS) {
    this.#limit = limit;
  }

  /** @throws what `isOutOfSteps` knows, once there have been too many */
  spend(steps: number): void {
    this.steps += steps;
    if (this.steps <= this.#limit) return;
    // What was to be done is not done.
    this.steps = this.#limit;
    throw OUT_OF_STEPS;
  }

  /**
   * Counts what takes time only as long as nothing is kept from earlier looks. It ends nothing: whether a filter holds
   * must not depend on what this function has done before.
   */
  prepare(steps: number): void {
    this.steps += steps;
    this.#limit += steps;
  }
}

/** What a library needs that searches a text without taking notice of how long it is, and what copying it takes. */
const CHARACTERS_PER_STEP = 512;

/** Steps that one look at a text takes. */
export const stepsOfText = (text: string): number => 1 + Math.floor(text.length / CHARACTERS_PER_STEP);
