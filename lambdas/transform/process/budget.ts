import { LIMITS } from '../limits.ts';

/** An expression that uses more than it may. */
export class OverrunError extends Error {
  override readonly name = 'OverrunError';
}

/** Reading the processor's time takes as long as a few steps. */
const STEPS_BETWEEN_LOOKS = 512;

/** Counts what an evaluation does. */
export interface Budget {
  /** @throws OverrunError */
  step(): void;
}

/** @param cpuMs of the processor @param usedMs what the process has used of it */
export function createBudget(cpuMs: number, usedMs: () => number): Budget {
  const begun = usedMs();
  let steps = 0;
  return {
    step() {
      steps++;
      if (steps > LIMITS.steps) throw new OverrunError(`it took more than ${LIMITS.steps} steps`);
      if (steps % STEPS_BETWEEN_LOOKS === 0 && usedMs() - begun > cpuMs) throw tooLong(cpuMs);
    },
  };
}

const tooLong = (cpuMs: number): OverrunError =>
  new OverrunError(`it took more than ${cpuMs} ms of the processor`);

/** @throws OverrunError for a text or an array that is too large to go on with */
export function refuseTooLarge(value: unknown): void {
  if (typeof value === 'string') refuseTooLong(value.length);
  else if (Array.isArray(value)) refuseTooMany(value.length);
}

/** @throws OverrunError */
export function refuseTooMany(items: number): void {
  if (items > LIMITS.items) throw new OverrunError(`it made an array of more than ${LIMITS.items} members`);
}

/** @throws OverrunError */
export function refuseTooLong(textLength: number): void {
  if (textLength > LIMITS.textLength)
    throw new OverrunError(`it made a text of more than ${LIMITS.textLength} characters`);
}
