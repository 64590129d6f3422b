import { setTimeout as sleep } from 'node:timers/promises';
import { type Rig, startRig } from './rig/rig.ts';
import { row } from './rig/table.ts';

/** What happened to events while one service after the other failed. */
export interface FaultFigures {
  /** Requests of functions and of event source mappings that each service refused. */
  readonly refusedBy: Readonly<Record<Service, number>>;
  /** Events that got a 202, some after a 5xx and a second request with the same id. */
  readonly accepted: number;
  readonly refused: number;
  readonly delivered: number;
  readonly duplicates: number;
  /** Dead letters because of our own faults, and shown as such. */
  readonly dead: number;
  /** Neither delivered nor dead when all queues were quiet. */
  readonly stuck: number;
  /** Accepted, never arrived, and not shown. */
  readonly lost: number;
  /** Messages still in any queue. */
  readonly left: number;
  readonly seconds: number;
}

/** In the first half of this time every second request fails, in the second half every one. */
const DISTURBED_MS = { full: 10_000, quick: 3000 };
const SHARES = [0.5, 1];
/** Time without faults before, between and after. */
const CALM_MS = 2000;
const SERVICES = ['sqs', 'dynamodb', 's3'] as const;
type Service = (typeof SERVICES)[number];

const EVENTS_A_SECOND = 40;
/** Large enough for the bucket; every fourth event has it. */
const LARGE_BYTES = 12_000;
/** Some endpoints fail at first, so that retries happen as well. */
const REFUSE_EVERY = 10;
const AGAIN_MS = 250;
/** A message received when a service failed reappears after six times its function's timeout, perhaps twice. */
const PATIENCE_MS = 12 * 60_000;

export async function measureFaults(size: 'full' | 'quick'): Promise<FaultFigures> {
  const rig = await startRig({ metered: false }, { refuseEvery: REFUSE_EVERY });
  const began = performance.now();
  const { id: subscription } = await rig.api.subscribe({
    url: rig.hookUrl,
    events: ['fault.**'],
    retry: { schedule: [1, 2, 5, 10] },
  });
  const producer = startProducer(rig);
  const refusedBy = { sqs: 0, dynamodb: 0, s3: 0 };
  for (const service of SERVICES) {
    await sleep(CALM_MS);
    for (const share of SHARES) {
      await rig.cloud.call('disturb', service, share);
      await sleep(DISTURBED_MS[size] / SHARES.length);
      refusedBy[service] += await rig.cloud.call('calm');
    }
  }
  await sleep(CALM_MS);
  const { accepted, refused } = await producer.stop();
  const left = await settled(rig);
  const outcome = await judge(rig, subscription, accepted);
  await rig.stop();
  return {
    refusedBy,
    accepted: accepted.length,
    refused,
    ...outcome,
    left,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

const idOf = (n: number): string => `fault-${n}`;

/** Publishes numbered events at a steady rate, and repeats each until it is accepted. */
function startProducer({ api }: Rig): {
  stop(): Promise<{ accepted: readonly number[]; refused: number }>;
} {
  const accepted: number[] = [];
  let refused = 0;
  let isOver = false;

  async function publish(n: number): Promise<void> {
    const data = { n, filling: 'x'.repeat(n % 4 === 0 ? LARGE_BYTES : 500) };
    for (;;) {
      try {
        await api.publish('fault.order', data, idOf(n));
        accepted.push(n);
        return;
      } catch (error) {
        if (!/answered 5\d\d/.test(String(error))) throw error;
        refused++;
        await sleep(AGAIN_MS);
      }
    }
  }

  const running = (async () => {
    const under: Promise<void>[] = [];
    for (let n = 0; !isOver; n++) {
      under.push(publish(n));
      await sleep(1000 / EVENTS_A_SECOND);
    }
    await Promise.all(under);
  })();
  return {
    async stop() {
      isOver = true;
      await running;
      return { accepted, refused };
    },
  };
}

/** Waits until the queues are empty, or no longer than PATIENCE_MS. Returns how many messages are left. */
async function settled({ cloud }: Rig): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { queued } = await cloud.call('status');
    if (queued === 0 || Date.now() > deadline) return queued;
    await sleep(500);
  }
}

async function judge(
  { api, receiver }: Rig,
  subscription: string,
  accepted: readonly number[],
): Promise<Pick<FaultFigures, 'delivered' | 'duplicates' | 'dead' | 'stuck' | 'lost'>> {
  const arrivals = new Map((await receiver.call('arrivals')).map(({ n, times }) => [n, times]));
  const shown = new Map(
    (await api.deliveriesOf(subscription)).map(({ event, status }) => [event.id, status]),
  );
  const statuses = await Promise.all(
    accepted.map(async (n) => shown.get(idOf(n)) ?? (await withoutDelivery(n))),
  );
  const count = (wanted: (status: string | undefined, n: number) => boolean): number =>
    accepted.filter((n, i) => wanted(statuses[i], n)).length;
  return {
    delivered: count((status, n) => status === 'delivered' && arrivals.has(n)),
    duplicates: [...arrivals.values()].reduce((sum, times) => sum + times - 1, 0),
    dead: count((status) => status === 'dead'),
    stuck: count((status) => status !== undefined && status !== 'delivered' && status !== 'dead'),
    lost: count((status, n) => !arrivals.has(n) && (status === undefined || status === 'delivered')),
  };

  /** An event that was never fanned out is itself shown as dead. */
  async function withoutDelivery(n: number): Promise<string | undefined> {
    const event = await api.call<{ dead?: boolean }>('GET', `/v1/events/${idOf(n)}`).catch(() => undefined);
    if (!event) return undefined;
    return event.dead ? 'dead' : 'queued';
  }
}

export function printFaults(figures: FaultFigures): void {
  const { refusedBy, accepted, refused, delivered, duplicates, dead, stuck, lost, left, seconds } = figures;
  console.table({
    'requests that SQS refused': row(refusedBy.sqs),
    'requests that DynamoDB refused': row(refusedBy.dynamodb),
    'requests that S3 refused': row(refusedBy.s3),
    'events accepted': row(accepted),
    'answers 5xx to the producer, which sent again': row(refused),
    'shown as delivered, and arrived': row(delivered, String(accepted)),
    duplicates: row(duplicates),
    'shown as dead': row(dead, '0'),
    'neither delivered nor dead': row(stuck, '0'),
    lost: row(lost, '0'),
    'messages left in queues': row(left, '0'),
    'seconds in all': row(seconds),
  });
}
