import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedStack, synthesiseStack } from '../../simulate/aws/stack.ts';
import type { Code, Edit } from '../../simulate/code/bundle.ts';
import { bundleAll } from '../../simulate/code/codes.ts';
import { applyPutBack, type PutBack, putBackNamed } from '../../simulate/faults/put-back.ts';
import { runHistory } from '../../simulate/soak/history.ts';
import type { PlannedBehaviour, PlannedTarget, Step } from '../../simulate/soak/plan.ts';
import { FOLDERS } from '../../simulate/world/world.ts';

/** A fault, the functions that have it, a short history that shows it, and what does not hold in that. */
interface Find {
  readonly fault: string;
  readonly folders: readonly string[];
  readonly targets: readonly PlannedTarget[];
  readonly steps: readonly Step[];
  readonly invariant: string;
}

const SECOND = 1000;

const target = (more: Partial<PlannedTarget> = {}): PlannedTarget => ({
  events: ['*'],
  schedule: [2, 5],
  timeoutSeconds: 5,
  ...more,
});

const publish = (more: Partial<Extract<Step, { kind: 'publish' }>> = {}): Step => ({
  kind: 'publish',
  atMs: 0,
  tenant: 0,
  type: 'order.paid',
  requests: 12,
  events: 1,
  everyMs: 300,
  bytes: 100,
  ...more,
});

const endpoint = (behaviour: PlannedBehaviour, fromS: number, toS: number, place = 0): Step => ({
  kind: 'endpoint',
  tenant: 0,
  target: place,
  atMs: fromS * SECOND,
  forMs: (toS - fromS) * SECOND,
  behaviour,
});

type Calls = Extract<Step, { kind: 'calls' }>;

const calls = (functionName: string, fault: Calls['fault'], fromS: number, toS: number, rate = 1): Step => ({
  kind: 'calls',
  functionName,
  service: 'sqs',
  fault,
  atMs: fromS * SECOND,
  forMs: (toS - fromS) * SECOND,
  rate,
});

const messages = (lateMs: number, again: number): Step => ({
  kind: 'messages',
  atMs: 0,
  forMs: 120 * SECOND,
  lateMs,
  again,
});

const tryNow = (atS: number): Step => ({
  kind: 'owner',
  atMs: atS * SECOND,
  tenant: 0,
  target: 0,
  act: 'try now',
});

const FAILS = { kind: 'fails before' } as const;
const ENDS = { kind: 'ends before' } as const;

const FINDS: readonly Find[] = [
  {
    fault: 'removed-when-held-again',
    folders: ['dispatch'],
    targets: [target({ perSecond: 0.5 })],
    steps: [
      publish({ requests: 40, events: 3, everyMs: 1000 }),
      calls('DispatchSlow', { kind: 'freezes', ms: 5000 }, 15, 55, 0.3),
    ],
    invariant: 'nothing is lost',
  },
  {
    fault: 'probe-timeout-closes',
    folders: ['dispatch'],
    targets: [target()],
    steps: [endpoint('hanging', 0, 60), publish()],
    invariant: 'a breaker closes on an answer',
  },
  {
    fault: 'update-of-nothing',
    folders: ['record', 'dead-letter-writer'],
    targets: [target()],
    steps: [endpoint('failing', 0, 60), publish({ requests: 15, everyMs: 1000 })],
    invariant: 'the end is quiet',
  },
  {
    fault: 'claim-alone-voids',
    folders: ['dispatch'],
    targets: [target({ schedule: [120, 100] })],
    steps: [endpoint('failing', 0, 10), publish({ requests: 4 }), tryNow(60), calls('Manage', ENDS, 59, 70)],
    invariant: 'nothing is lost',
  },
  {
    fault: 'unparked-before-sent',
    folders: ['release'],
    targets: [target({ schedule: [960, 5] })],
    steps: [endpoint('failing', 0, 10), publish({ requests: 4 }), calls('Release', ENDS, 780, 1000)],
    invariant: 'nothing is lost',
  },
  {
    fault: 'older-outcome-written',
    folders: ['record'],
    targets: [target({ schedule: [1, 5, 10, 30] })],
    steps: [endpoint('failing', 0, 25), publish(), messages(20_000, 1)],
    invariant: 'the log moves forward',
  },
  {
    fault: 'own-claim-is-anothers',
    folders: ['fanout'],
    targets: [target()],
    steps: [publish({ requests: 4 }), calls('Fanout', FAILS, 0, 5)],
    invariant: 'nothing is lost',
  },
  {
    fault: 'delivered-unreported',
    folders: ['dispatch'],
    targets: [target()],
    steps: [publish(), calls('DispatchStandard', FAILS, 1, 5)],
    invariant: 'nothing is lost',
  },
];

const editOf =
  (putBack: PutBack): Edit =>
  (file, source) =>
    applyPutBack(putBack, file.replace(/^lambdas[/]/, ''), source);

describe('a fault that is put back is found', () => {
  let stack: SimulatedStack;
  let sound: ReadonlyMap<string, Code>;
  beforeAll(async () => {
    stack = synthesiseStack();
    sound = await bundleAll(FOLDERS);
  }, 60_000);

  it.each(FINDS)('$fault', async ({ fault, folders, targets, steps, invariant }) => {
    const faulty = await bundleAll(folders, { edit: editOf(putBackNamed(fault)) });
    const plan = { seed: '1', tenants: [{ targets }], steps };
    const { violations } = await runHistory(plan, { stack, code: new Map([...sound, ...faulty]) });
    expect(violations.map((one) => one.invariant)).toContain(invariant);
  });
});
