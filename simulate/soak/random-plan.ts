import type { CallFault } from '../faults/mischief.ts';
import { createRandom, type Random } from '../kernel/random.ts';
import type { Plan, PlannedBehaviour, PlannedTarget, Step } from './plan.ts';

/** In which all steps begin. */
const SPAN_MS = 5 * 60_000;

const TYPES = ['order.created', 'order.paid', 'user.created'];
const FILTERS = [['*'], ['order.*'], ['order.created'], ['user.*', 'order.paid']];
const SCHEDULES = [[1, 3], [5, 30, 120], [2, 2, 2, 20], [10, 60, 960], [1]];
const FUNCTIONS = [
  'Fanout',
  'DispatchStandard',
  'DispatchSlow',
  'DispatchBulk',
  'Record',
  'Release',
  'Ingest',
];
const BEHAVIOURS: readonly PlannedBehaviour[] = [
  'slow',
  'failing',
  'refusing',
  'hanging',
  'resetting',
  'flapping',
  'limited',
];
const ACTS = ['retry all', 'replay', 'pause', 'resume', 'rotate', 'enable', 'try now'] as const;

/** A history, as its seed makes it. */
export function randomPlan(seed: string): Plan {
  const random = createRandom(`plan/${seed}`);
  const tenants = many(random, 1, 3, () => ({ targets: many(random, 1, 3, () => target(random)) }));
  const someone = (): { tenant: number; target: number } => {
    const tenant = random.int(0, tenants.length - 1);
    return { tenant, target: random.int(0, tenants[tenant]!.targets.length - 1) };
  };
  const steps: Step[] = [
    ...many(random, 1, 5, () => publish(random, someone().tenant)),
    ...many(random, 0, 4, () => trouble(random, someone())),
    ...many(random, 0, 6, () => fault(random)),
    ...many(random, 0, random.chance(0.3) ? 3 : 0, () => ({
      kind: 'owner' as const,
      atMs: random.int(0, SPAN_MS),
      ...someone(),
      act: random.pick(ACTS),
    })),
  ];
  return { seed, tenants, steps: steps.sort((a, b) => a.atMs - b.atMs) };
}

const many = <T>(random: Random, from: number, to: number, make: () => T): T[] =>
  Array.from({ length: random.int(from, to) }, make);

function target(random: Random): PlannedTarget {
  return {
    events: random.pick(FILTERS),
    schedule: random.pick(SCHEDULES),
    timeoutSeconds: random.pick([2, 5, 15]),
    ...(random.chance(0.25) && { perSecond: random.pick([0.5, 1, 5, 20]) }),
    ...(random.chance(0.15) && {
      batching: { maxEvents: random.int(2, 10), maxSeconds: random.pick([1, 5, 30]) },
    }),
  };
}

function publish(random: Random, tenant: number): Step {
  const isBurst = random.chance(0.3);
  return {
    kind: 'publish',
    atMs: random.int(0, SPAN_MS / 2),
    tenant,
    type: random.pick(TYPES),
    requests: random.int(1, isBurst ? 2 : 10),
    events: isBurst ? random.int(5, 30) : 1,
    everyMs: random.pick([0, 20, 300, 5000]),
    bytes: random.pick([100, 1000, 1000, 9000]),
    ...(random.chance(0.3) && { priority: random.pick(['critical', 'low'] as const) }),
  };
}

const trouble = (random: Random, whose: { tenant: number; target: number }): Step => ({
  kind: 'endpoint',
  atMs: random.int(0, SPAN_MS / 2),
  forMs: random.pick([2000, 20_000, 120_000, 300_000]),
  ...whose,
  behaviour: random.pick(BEHAVIOURS),
});

const callFault = (random: Random): CallFault =>
  random.pick<CallFault>([
    { kind: 'fails before' },
    { kind: 'fails after' },
    { kind: 'does part', share: 0.5 },
    { kind: 'ends before' },
    { kind: 'ends after' },
    { kind: 'freezes', ms: random.pick([500, 5000, 40_000, 200_000]) },
    { kind: 'is slow', ms: random.pick([200, 2000, 10_000]) },
  ]);

function fault(random: Random): Step {
  const atMs = random.int(0, SPAN_MS);
  const forMs = random.pick([1000, 10_000, 60_000]);
  const place = random.chance(0.7) ? { functionName: random.pick(FUNCTIONS) } : {};
  const service = random.pick(['dynamodb', 'dynamodb', 'sqs', 'endpoint']);
  return random.pick<() => Step>([
    () => ({ kind: 'call', atMs, ...place, service, nth: random.int(1, 6), fault: callFault(random) }),
    () => ({ kind: 'call', atMs, ...place, service, nth: random.int(1, 30), fault: callFault(random) }),
    () => ({
      kind: 'calls',
      atMs,
      forMs,
      ...place,
      ...(random.chance(0.6) && { service }),
      fault: callFault(random),
      rate: random.pick([0.05, 0.3, 1]),
    }),
    () => ({
      kind: 'messages',
      atMs,
      forMs,
      lateMs: random.pick([0, 500, 30_000]),
      again: random.pick([0, 0.3, 1]),
    }),
    () => ({ kind: 'deletes lost', atMs, forMs, rate: random.pick([0.3, 1]) }),
    () => ({ kind: 'throttled', atMs, forMs, ...place, rate: random.pick([0.3, 1]) }),
    () => ({ kind: 'clocks', atMs, forMs: 60_000, mostMs: random.pick([20, 500, 2000]) }),
    () => ({ kind: 'deploy', atMs, forMs: 60_000 }),
  ])();
}

/** Simpler steps than this one, the simplest first. */
export function simpler(step: Step): readonly Step[] {
  switch (step.kind) {
    case 'publish':
      return [
        { ...step, requests: 1, events: 1, everyMs: 0 },
        ...(step.requests > 1 ? [{ ...step, requests: Math.ceil(step.requests / 2) }] : []),
        ...(step.events > 1 ? [{ ...step, events: Math.ceil(step.events / 2) }] : []),
        { ...step, bytes: 100 },
      ].filter((one) => JSON.stringify(one) !== JSON.stringify(step));
    case 'endpoint':
    case 'deploy':
    case 'messages':
      return step.forMs > 1000 ? [{ ...step, forMs: Math.ceil(step.forMs / 2) }] : [];
    case 'calls':
      return [
        ...(step.forMs > 1000 ? [{ ...step, forMs: Math.ceil(step.forMs / 2) }] : []),
        ...(step.rate < 1 ? [{ ...step, rate: 1 }] : []),
      ];
    case 'call':
      return step.nth > 1 ? [{ ...step, nth: 1 }] : [];
    default:
      return [];
  }
}
