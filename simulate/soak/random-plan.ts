import type { CallFault } from '../faults/mischief.ts';
import { createRandom, type Random } from '../kernel/random.ts';
import type { Plan, PlannedBehaviour, PlannedTarget, Step } from './plan.ts';

/** In which all steps begin. */
const SPAN_MS = 5 * 60_000;

const TYPES = ['order.created', 'order.paid', 'user.created'];
const FILTERS = [['*'], ['order.*'], ['order.created'], ['user.*', 'order.paid']];
/** Seconds. What waits for more than a quarter of an hour is parked. */
const SCHEDULES = [[1, 3], [5, 30, 120], [2, 2, 2, 20], [10, 60, 960], [960, 5], [1]];
const FUNCTIONS = [
  'Fanout',
  'DispatchStandard',
  'DispatchSlow',
  'DispatchBulk',
  'Record',
  'Release',
  'Replay',
  'Ingest',
  'Manage',
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
  const isCrowded = random.chance(0.25);
  const tenants = many(random, 1, 3, () => ({ targets: many(random, 1, 3, () => target(random)) }));
  if (isCrowded) tenants[0]!.targets[0] = { ...target(random), ...slowest(random) };
  const someone = (): { tenant: number; target: number } => {
    const tenant = random.int(0, tenants.length - 1);
    return { tenant, target: random.int(0, tenants[tenant]!.targets.length - 1) };
  };
  const published = many(random, 1, 5, () => publish(random, someone().tenant));
  const soon = (): number => whileAnything(random, published);
  const steps: Step[] = [
    ...published,
    ...(isCrowded ? crowd(random) : []),
    ...many(random, 0, 4, () => trouble(random, someone(), soon())),
    ...many(random, 0, 6, () => fault(random, soon())),
    ...many(random, 0, random.chance(0.4) ? 4 : 0, () => ({
      kind: 'owner' as const,
      atMs: soon() + random.int(0, 30_000),
      ...someone(),
      act: random.pick(ACTS),
    })),
  ];
  const plan = { seed, tenants, steps: steps.sort((a, b) => a.atMs - b.atMs) };
  return createRandom(`size/${seed}`).chance(SMALL) ? small(plan) : plan;
}

/** The share of small histories: many of them take the time of a large one, and most of what is wrong needs no more. */
const SMALL = 0.75;

/** A history of one tenant, two targets and few events; what goes wrong does so as before. */
function small({ seed, tenants, steps }: Plan): Plan {
  const targets = tenants[0]!.targets.slice(0, 2);
  const fitting = steps.map((step): Step => {
    if (step.kind === 'publish')
      return { ...step, tenant: 0, requests: Math.min(step.requests, 6), events: Math.min(step.events, 4) };
    if (step.kind === 'endpoint' || step.kind === 'owner')
      return { ...step, tenant: 0, target: step.target % targets.length };
    return step;
  });
  const [, , ...more] = fitting.filter(({ kind }) => kind === 'publish');
  // Each minute that passes is some of release's work.
  const soon = fitting.filter((step) => step.atMs < 2 * SPAN_MS && !more.includes(step));
  return { seed, tenants: [{ targets }], steps: soon };
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

/** Most of what goes wrong does so while something happens; some of it when what was parked is released. */
function whileAnything(random: Random, published: readonly Step[]): number {
  const { atMs } = random.pick(published);
  if (random.chance(0.7)) return atMs + random.int(0, 40_000);
  return random.chance(0.2) ? atMs + random.int(13, 17) * 60_000 : random.int(0, SPAN_MS);
}

/** A burst, more than some targets take for a while, or one event now and then. */
function pace(random: Random) {
  const kind = random.next();
  if (kind < 0.3)
    return {
      requests: random.int(1, 2),
      events: random.int(5, 30),
      everyMs: random.pick([0, 20, 300, 5000]),
    };
  if (kind < 0.5) return { requests: random.int(10, 30), events: random.int(1, 2), everyMs: 1000 };
  return { requests: random.int(1, 10), events: 1, everyMs: random.pick([0, 20, 300, 700, 5000]) };
}

const publish = (random: Random, tenant: number): Step => ({
  kind: 'publish',
  atMs: random.int(0, SPAN_MS / 2),
  tenant,
  type: random.pick(TYPES),
  ...pace(random),
  bytes: random.pick([100, 1000, 1000, 9000]),
  ...(random.chance(0.3) && { priority: random.pick(['critical', 'low'] as const) }),
});

const trouble = (random: Random, whose: { tenant: number; target: number }, soon: number): Step => ({
  kind: 'endpoint',
  atMs: Math.max(0, soon - random.pick([0, 20_000])),
  forMs: random.pick([2000, 20_000, 120_000, 300_000]),
  ...whose,
  behaviour: random.pick(BEHAVIOURS),
});

const callFault = (random: Random): CallFault =>
  random.pick<CallFault>([
    { kind: 'fails before' },
    { kind: 'is throttled' },
    { kind: 'fails after' },
    { kind: 'does part', share: 0.5 },
    { kind: 'ends before' },
    { kind: 'ends after' },
    { kind: 'freezes', ms: random.pick([500, 5000, 40_000, 200_000]) },
    { kind: 'is slow', ms: random.pick([200, 2000, 10_000]) },
  ]);

/** A target that takes all events, and few of them at a time. */
const slowest = (random: Random) => ({ events: ['*'], perSecond: random.pick([0.5, 1]) });

/** More than the first tenant's target takes for longer than its slots last, while what drains its hold queue has trouble. */
function crowd(random: Random): Step[] {
  const atMs = random.int(0, SPAN_MS / 2);
  return [
    { ...publish(random, 0), atMs, requests: random.int(25, 35), events: 3, everyMs: 1000, bytes: 100 },
    {
      kind: 'calls',
      atMs: atMs + random.int(10_000, 20_000),
      forMs: random.pick([20_000, 40_000]),
      functionName: 'DispatchSlow',
      service: random.pick(['dynamodb', 'sqs', 'sqs']),
      fault: random.pick<CallFault>([
        { kind: 'freezes', ms: random.pick([2000, 8000]) },
        { kind: 'freezes', ms: 5000 },
        { kind: 'fails before' },
        { kind: 'ends after' },
        { kind: 'is slow', ms: 2000 },
      ]),
      rate: random.pick([0.1, 0.3]),
    },
  ] as Step[];
}

/** A service that does not answer a function for a while, or an environment that stands still or ends at it. */
const outage = (random: Random, atMs: number): Step => ({
  kind: 'calls',
  atMs,
  forMs: random.pick([2000, 10_000, 40_000]),
  functionName: random.pick(FUNCTIONS),
  service: random.pick(['dynamodb', 'sqs', 'sqs']),
  fault: random.pick<CallFault>([
    { kind: 'fails before' },
    { kind: 'fails after' },
    { kind: 'ends before' },
    { kind: 'freezes', ms: random.pick([2000, 8000]) },
  ]),
  rate: random.pick([0.1, 0.3, 1]),
});

function fault(random: Random, atMs: number): Step {
  if (random.chance(0.4)) return outage(random, atMs);
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
