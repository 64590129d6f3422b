import type { MeteredPath } from './metered.ts';
import { eachUnit, NO_UNITS, type Stage, type Units } from './units.ts';

/** What a stage asks for each of its runs, and for each delivery that goes through it. */
export interface Fit {
  readonly perRun: Units;
  readonly perDelivery: Units;
  /** Runs of a delivery that has each to itself: 2 where it comes twice. */
  readonly passes: number;
}

/**
 * Both follow from two counts: each delivery alone, and many together. Between these, what is asked is taken to be a straight
 * line.
 */
export function fitOf({ alone, together }: MeteredPath, stage: Stage): Fit {
  const few = alone.stages[stage] ?? NO_UNITS;
  const many = together.stages[stage] ?? NO_UNITS;
  const saved = few.runs - many.runs;
  if (saved <= 0) return { perRun: NO_UNITS, perDelivery: few, passes: few.runs };
  const perRun = eachUnit((name) =>
    Math.min(Math.max(0, (few[name] - many[name]) / saved), few[name] / few.runs),
  );
  return { perRun, perDelivery: eachUnit((name) => few[name] - perRun[name] * few.runs), passes: few.runs };
}

/** What a delivery asks of a stage in which it takes part in so many runs, counting a shared one as a part of one. */
export const unitsIn = ({ perRun, perDelivery }: Fit, runs: number): Units =>
  eachUnit((name) => perRun[name] * runs + perDelivery[name]);
