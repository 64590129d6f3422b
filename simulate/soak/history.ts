import type { SimulatedStack } from '../aws/stack.ts';
import type { Code } from '../code/bundle.ts';
import { counted } from '../faults/counted.ts';
import { watchAll } from '../invariants/all.ts';
import { createWorld, type World } from '../world/world.ts';
import { perform } from './acts.ts';
import { contextOf } from './context.ts';
import type { Plan, Step } from './plan.ts';
import { faultsEndAt, plannedMischief } from './planned-mischief.ts';
import { settle } from './population.ts';

export interface Violation {
  readonly invariant: string;
  readonly text: string;
}

export interface History {
  readonly violations: readonly Violation[];
  /** Of all that happened. */
  readonly digest: string;
  /** What happened, where it was asked for. */
  readonly lines: readonly string[] | undefined;
  /** How often each thing went wrong: requests, messages, environments, and endpoints' spells by their behaviours. */
  readonly faults: Readonly<Record<string, number>>;
  /** How often each invariant was checked. */
  readonly checks: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly steps: number;
  /** Milliseconds since the epoch, of virtual time: when the plan begins. */
  readonly beganAt: number;
  readonly simulatedMs: number;
}

export interface HistoryOptions {
  readonly stack: SimulatedStack;
  readonly code: ReadonlyMap<string, Code>;
  readonly oldCode?: ReadonlyMap<string, Code>;
  readonly keepsTrace?: boolean;
}

const MINUTE = 60_000;
/** The share of reads that need not be consistent, and see the past. More than on AWS. */
const STALE_READS = 0.05;
/** After the last step, all must be done by then: schedules of retries and probes of breakers are over. */
const LONGEST_MS = 12 * 60 * MINUTE;
/** Enough violations to know what is wrong. */
const MOST_VIOLATIONS = 20;

/** Has a plan happen, until the world is quiet, and checks the invariants all along. */
export async function runHistory(plan: Plan, options: HistoryOptions): Promise<History> {
  const world = createWorld({ seed: plan.seed, staleReads: STALE_READS, duplicates: 0, ...options });
  const { kernel, watchers } = world;
  const population = await settle(plan, world);
  const beganAt = kernel.now();
  const violations: Violation[] = [];
  const violated = (invariant: string, text: string): void => {
    kernel.trace.note(`VIOLATED ${invariant}: ${text}`);
    if (violations.length < MOST_VIOLATIONS) violations.push({ invariant, text });
  };
  const context = contextOf({ world, population, steps: plan.steps, beganAt, violated });
  const { watcher, atEnd, checks } = watchAll(context);
  watchers.push(watcher);
  const { mischief, counts } = counted(
    plannedMischief(plan.steps, kernel.random.fork('mischief'), () => kernel.now() - beganAt),
  );
  world.mischief = mischief;
  for (const step of plan.steps)
    if (step.kind === 'deploy')
      kernel.after(step.atMs, () => {
        for (const each of world.functions.values()) each.replace();
      });
  perform(plan.steps, world, population);

  const over = beganAt + faultsEndAt(plan.steps) + 2 * MINUTE;
  await kernel.run(over);
  const latest = over + LONGEST_MS;
  const untilAtRest = async (everyMs: number): Promise<void> => {
    while (kernel.now() < latest && violations.length === 0 && !isAtRest(world))
      await kernel.run(kernel.now() + everyMs);
  };
  await untilAtRest(MINUTE);
  // What is counted or told of late is done, and what would come twice has come.
  await kernel.run(kernel.now() + MINUTE);
  // So has what began meanwhile, such as a run of recovery.
  await untilAtRest(1000);
  world.settle();
  atEnd?.();
  return {
    violations,
    digest: kernel.trace.digest(),
    lines: kernel.trace.lines,
    faults: { ...counts, ...countOf(plan.steps) },
    checks,
    requests: world.endpoints.requests,
    steps: kernel.steps,
    beganAt,
    simulatedMs: kernel.now() - beganAt,
  };
}

/** Of what goes wrong once in a step: endpoints and deployments. */
function countOf(steps: readonly Step[]): Record<string, number> {
  const kinds = steps.flatMap((step) => {
    if (step.kind === 'endpoint') return [`endpoint ${step.behaviour}`];
    return step.kind === 'deploy' ? ['deployment'] : [];
  });
  return Object.fromEntries(
    Object.entries(Object.groupBy(kinds, (kind) => kind)).map(([kind, all]) => [kind, all!.length]),
  );
}

/** Items of the state table that say that something is still to be done. */
const WAITING = /^(room|rooms|parked|job)(#|$)/;

/** Whether nothing waits, in a queue or in the table, and nobody has a lease. */
function isAtRest(world: World): boolean {
  if (!world.isQuiet()) return false;
  const now = world.kernel.now();
  return ![...world.dynamo.items('state')].some((item) => isWaiting(item as StateItem, now));
}

type StateItem = Readonly<Record<string, { readonly S?: string; readonly N?: string } | undefined>>;

function isWaiting({ pk, state, busyUntil }: StateItem, now: number): boolean {
  const kind = pk?.S ?? '';
  if (kind === 'recovery') return Number(busyUntil?.N ?? 0) > now;
  return WAITING.test(kind) && (!kind.startsWith('job') || state?.S === 'running');
}
