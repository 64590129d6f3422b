import { synthesiseStack } from '../aws/stack.ts';
import type { Edit } from '../code/bundle.ts';
import { bundleAll } from '../code/codes.ts';
import { bundleRelease } from '../code/release.ts';
import { applyPutBack, putBackNamed } from '../faults/put-back.ts';
import { FOLDERS } from '../world/world.ts';
import { type History, type HistoryOptions, runHistory, type Violation } from './history.ts';
import type { Plan } from './plan.ts';
import { randomPlan, simpler } from './random-plan.ts';
import { shrink } from './shrink.ts';

export interface WorkshopOptions {
  /** The name of a fault to put back. */
  readonly putBack?: string;
  /** The commit whose functions run beside these ones while a deployment goes on. Default: these ones. */
  readonly old?: string;
}

/** What a soak is told of a history. */
export interface Outcome {
  readonly history: string;
  readonly violations: readonly Violation[];
  /** How many steps of each kind it had. */
  readonly faults: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly simulatedMs: number;
}

/** Runs histories: the stack and the functions' code are made once. */
export interface Workshop {
  run(plan: Plan, keepsTrace?: boolean): Promise<History>;
  /** The history of a seed. */
  runSeed(history: string): Promise<Outcome>;
  /** A shorter plan in which the same invariant does not hold. @param isOutOfTime ends the search */
  shorten(plan: Plan, violation: Violation, isOutOfTime: () => boolean): Promise<Plan>;
}

/** More would take minutes. */
const MOST_RUNS = 200;

export async function openWorkshop({ putBack, old }: WorkshopOptions): Promise<Workshop> {
  const stack = synthesiseStack();
  const fault = putBack === undefined ? undefined : putBackNamed(putBack);
  const edit: Edit | undefined = fault && ((file, source) => applyPutBack(fault, withoutRoot(file), source));
  const code = await bundleAll(FOLDERS, edit ? { edit } : {});
  const options: HistoryOptions = {
    stack,
    code,
    ...(old !== undefined && { oldCode: await bundleRelease(FOLDERS, old) }),
  };
  const run = (plan: Plan, keepsTrace = false): Promise<History> =>
    runHistory(plan, { ...options, keepsTrace });
  return {
    run,
    async runSeed(history) {
      const plan = randomPlan(history);
      const { violations, requests, simulatedMs } = await run(plan);
      const faults = Object.groupBy(plan.steps, ({ kind }) => kind);
      const counts = Object.entries(faults).map(([kind, steps]) => [kind, steps!.length]);
      return { history, violations, requests, simulatedMs, faults: Object.fromEntries(counts) };
    },
    async shorten(plan, { invariant }, isOutOfTime) {
      const fails = async (steps: Plan['steps']): Promise<boolean> =>
        (await run({ ...plan, steps })).violations.some((one) => one.invariant === invariant);
      const { steps } = await shrink(plan.steps, fails, {
        maxRuns: MOST_RUNS,
        isOutOfTime,
        simplify: simpler,
      });
      return { ...plan, steps };
    },
  };
}

/** The edits of a fault name their files from `lambdas/` on. */
const withoutRoot = (file: string): string => file.replace(/^lambdas[/]/, '');
