/**
 * Filters and payloads come from strangers, who could make them for each other. So whatever reads a payload counts its
 * steps, and ends when there are too many.
 */

/**
 * Steps for one filter and one event: nine hundred objects in an array, compared in ten fields, or a regular expression
 * of average size on a text of 30 KB. A step reads one field, element or short text. It takes up to 0.2 microseconds of a
 * whole processor, so all of them take 2 milliseconds.
 */
export const MAX_STEPS = 10_000;

/** Thrown by `spend`. It is one object, since making an error takes time where time is short. */
class OutOfSteps extends Error {
  override readonly name = 'OutOfSteps';
}
const OUT_OF_STEPS = new OutOfSteps(`more than can be compared: ${MAX_STEPS} elements and fields`);

export const isOutOfSteps = (error: unknown): error is Error => error === OUT_OF_STEPS;

/** Counts the steps of one filter for one event. */
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
    // The work that these steps were for is not done.
    this.steps = this.#limit;
    throw OUT_OF_STEPS;
  }

  /**
   * Counts steps that a warm function saves because it has kept their result. They end nothing: whether a filter holds
   * must not depend on what the function has done before.
   */
  prepare(steps: number): void {
    this.steps += steps;
    this.#limit += steps;
  }
}

/** For a library that searches a whole text however long it is, and for copying the text. */
const CHARACTERS_PER_STEP = 512;

/** Steps of reading a text once. */
export const stepsOfText = (text: string): number => 1 + Math.floor(text.length / CHARACTERS_PER_STEP);
