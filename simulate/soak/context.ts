import type { DeathReason } from '../../lambdas/delivery/delivery.ts';
import { QUEUE_RULES } from '../../lambdas/delivery/queues/queue-rules.ts';
import type { HistoryLimits, InvariantContext, QueueState } from '../invariants/invariant.ts';
import type { World } from '../world/world.ts';
import type { Step } from './plan.ts';
import type { Population } from './population.ts';

/** What a fault leads to may come after it: a message returns after its visibility timeout, some times, and recovery looks every 15 minutes. */
const AFTERMATH_MS = 45 * 60_000;

export interface ContextOptions {
  readonly world: World;
  readonly population: Population;
  readonly steps: readonly Step[];
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  violated(name: string, text: string): void;
}

/** What invariants may know of a history. */
export function contextOf({ world, population, steps, beganAt, violated }: ContextOptions): InvariantContext {
  const { kernel, dynamo, queues, meter, functions } = world;
  const faults = steps.flatMap((step) => {
    if (step.kind === 'publish' || step.kind === 'owner' || step.kind === 'endpoint') return [];
    const from = beganAt + step.atMs;
    return [{ from, until: from + ('forMs' in step ? step.forMs : 0) + AFTERMATH_MS }];
  });
  const names = new Map(queues.map(({ name }) => [name, roleOf(name)]));
  return {
    now: kernel.now,
    violated,
    items: (role) => dynamo.items(role) as never,
    *queues(): Iterable<QueueState> {
      for (const queue of queues) yield { name: names.get(queue.name)!, ...queue.counts() };
    },
    expected: population.expected,
    meter: () => meter.snapshot(),
    heldBy: ({ held }) => held,
    functionSize(name) {
      const found = functions.get(name);
      return found && { role: found.folder, memoryMb: found.memoryMb };
    },
    isCalmSince: (time) => faults.every(({ from, until }) => until < time || from > kernel.now()),
    limits: limitsOf(steps),
  };
}

/** `CriticalLane454AB485` is `critical`, `DeadLettersBBF8BAAB` `deadLetters`. */
function roleOf(queue: string): string {
  const plain = queue.replace(/[0-9A-F]{8}$/, '').replace(/Lane$/, '');
  const role = plain.charAt(0).toLowerCase() + plain.slice(1);
  if (!(role in QUEUE_RULES)) throw new Error(`expected a queue with a rule, got ${queue}`);
  return role;
}

const isFault = ({ kind }: Step): boolean => !['publish', 'owner', 'endpoint'].includes(kind);

function limitsOf(steps: readonly Step[]): HistoryLimits {
  const skews = steps.flatMap((step) => (step.kind === 'clocks' ? [step.mostMs] : []));
  const stills = steps.flatMap((step) => ('fault' in step && 'ms' in step.fault ? [step.fault.ms] : []));
  const lates = steps.flatMap((step) => (step.kind === 'messages' ? [step.lateMs] : []));
  return {
    repeatsPerAttempt: repeatsIn(steps),
    clockSkewMs: Math.max(0, ...skews),
    travelMs: TRAVEL_MS + Math.max(0, ...stills),
    lateMs: 180_000 + Math.max(0, ...lates),
    quarantined: 0,
    deaths: deathsIn(steps),
  };
}

/** Faults that strike now and then repeat less than this. */
const REPEATS = 20;

/**
 * Where copies come from on the way to an attempt: the API, fanout, a fast lane, the slow lane, and the waits for a slot and
 * for the one after it.
 */
const HOPS = 6;

/** How often each request of a function is tried, by `lambdas/platform/aws/`. */
const TRIES = 3;

/** Where a fault strikes each message or each answer of SQS, an attempt has as many copies more at each hop. */
function repeatsIn(steps: readonly Step[]): number {
  const copies = steps.reduce((product, step) => product * copiesPerHop(step), 1);
  return steps.some(isFault) ? Math.max(REPEATS, copies ** HOPS) : 0;
}

function copiesPerHop(step: Step): number {
  switch (step.kind) {
    case 'messages':
      return 1 + Math.floor(step.again);
    case 'deletes lost':
      return 1 + Math.floor(step.rate);
    case 'calls': {
      const isLost = step.fault.kind === 'fails after' && (step.service ?? 'sqs') === 'sqs';
      return isLost && step.rate === 1 ? TRIES : 1;
    }
    default:
      return 1;
  }
}

/** How much longer one request may take to its endpoint than another: a connection, and its processor's other work. */
const TRAVEL_MS = 500;

/** What deliveries can die of in a history. */
function deathsIn(steps: readonly Step[]): ReadonlySet<DeathReason> {
  const reasons = new Set<DeathReason>();
  for (const step of steps) {
    const isRefusing = step.kind === 'endpoint' && step.behaviour === 'refusing';
    if (isRefusing) reasons.add('rejected');
    else if (step.kind === 'endpoint' || isFault(step)) reasons.add('exhausted');
    if (step.kind === 'owner' && step.act === 'pause') reasons.add('subscription_paused');
  }
  return reasons;
}
