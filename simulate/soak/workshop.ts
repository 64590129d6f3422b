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
  readonly faults: History['faults'];
  readonly checks: History['checks'];
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

type Attempt = Omit<Outcome, 'history'>;

/** A history whose simulation breaks has failed too, and can be made shorter like any other. */
async function attempt(plan: Plan, run: (plan: Plan) => Promise<History>): Promise<Attempt> {
  try {
    return await run(plan);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const violations = [{ invariant: 'the simulation runs', text }];
    return { violations, requests: 0, simulatedMs: 0, faults: {}, checks: {} };
  }
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
      const { violations, requests, simulatedMs, faults, checks } = await attempt(randomPlan(history), run);
      return { history, violations, requests, simulatedMs, faults, checks };
    },
    async shorten(plan, { invariant }, isOutOfTime) {
      const fails = async (steps: Plan['steps']): Promise<boolean> =>
        (await attempt({ ...plan, steps }, run)).violations.some((one) => one.invariant === invariant);
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
