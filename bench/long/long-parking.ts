import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ulid } from 'ulid';
import type { DeliveryMessage } from '../../lambdas/delivery/messages.ts';
import { FIRST_TENANT } from '../../lambdas/tenants/tenant-defaults.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { MINUTE_MS, type Simulation, startSimulation } from '../rig/simulation.ts';
import { percentile } from '../rig/statistics.ts';

/** When parked deliveries returned to a lane. */
export interface ParkingFigures {
  readonly parked: number;
  /** Full minutes over which they fall due. */
  readonly minutes: number;
  readonly runs: number;
  /** Runs of release that never began, and runs that were cut off midway. */
  readonly leftOut: number;
  readonly cutOff: number;
  readonly received: number;
  /** Released twice, since a run was cut off between sending and removing. */
  readonly duplicates: number;
  /** Milliseconds after the time that they were parked for; negative: before it. */
  readonly earliest: number;
  readonly p99: number;
  readonly latest: number;
  /** Received more than two seconds after their time, on a busy machine. */
  readonly late: number;
  /** Minutes with a delivery that was received more than a minute late, or not at all. */
  readonly skippedMinutes: number;
}

const SCALES = {
  full: { deliveries: 100_000, minutes: 180 },
  quick: { deliveries: 2000, minutes: 24 },
};
/** The first fall due then, so that all are parked before any is released. */
const LEAD_MINUTES = 15;
const LEFT_OUT_EVERY = 10;
const CUT_OFF_EVERY = 7;
const GOAL_MS = 2000;
/** Deliveries due within this time of each other are received at once. */
const GRAIN_MS = 500;
const BATCH = 10;
const RECEIVE_EVERY_MS = 20;

export async function measureParking(size: 'full' | 'quick'): Promise<ParkingFigures> {
  const { deliveries, minutes } = SCALES[size];
  const simulation = await startSimulation((name) => !name.startsWith('Dispatch'));
  const { cloud, clock } = simulation;
  const first = (Math.floor(clock.now() / MINUTE_MS) + LEAD_MINUTES) * MINUTE_MS;
  const dueOf = await parkAll(
    cloud,
    deliveries,
    (i) => first + Math.floor((i * minutes * MINUTE_MS) / deliveries),
  );
  const receivedAt = new Map<string, number[]>();
  const receive = receiver(cloud, (event) => {
    receivedAt.set(event, [...(receivedAt.get(event) ?? []), clock.now()]);
  });
  const counts = { runs: 0, leftOut: 0, cutOff: 0 };
  const end = first + (minutes + 5) * MINUTE_MS;
  await simulation.run({
    async onMinute(minute) {
      const passed = minute - first / MINUTE_MS;
      const isWithin = passed > 0 && passed < minutes;
      if (isWithin && passed % LEFT_OUT_EVERY === 0) return void counts.leftOut++;
      counts.runs++;
      if (isWithin && passed % CUT_OFF_EVERY === 0) counts.cutOff += Number(await cutOff(simulation));
      else await meanwhile(cloud.runSchedule('EveryMinute'), receive);
    },
    async onQuiet() {
      clock.advance(GRAIN_MS);
      await receive();
      return clock.now() < end;
    },
  });
  await cloud.stop();
  return { parked: deliveries, minutes, ...counts, ...figuresOf(dueOf, receivedAt) };
}

/** During a run, further deliveries fall due. */
async function meanwhile(run: Promise<unknown>, receive: () => Promise<void>): Promise<void> {
  let isOver = false;
  const ended = run.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await receive();
    await sleep(RECEIVE_EVERY_MS);
  }
  await ended;
}

/** Parks with dispatch's own code. Returns when each delivery falls due, by its event. */
async function parkAll(
  cloud: LocalCloud,
  count: number,
  dueOf: (i: number) => number,
): Promise<Map<string, number>> {
  const { credentials, endpoint, region } = cloud.awsClientConfig();
  Object.assign(process.env, {
    AWS_REGION: region,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  // Its client reads the environment when it is loaded.
  const { park } = await import('../../lambdas/parking/parking-store.ts');
  const table = cloud.resource('State').physicalId;
  const dues = new Map<string, number>();
  const chunk = 1000;
  for (let from = 0; from < count; from += chunk) {
    const deliveries = Array.from({ length: Math.min(chunk, count - from) }, (_, i) => ({
      message: deliveryMessage(),
      due: dueOf(from + i),
    }));
    for (const { message, due } of deliveries) dues.set(message.event.id, due);
    await park(table, deliveries);
  }
  return dues;
}

/** To a thousand targets, after one attempt that failed. */
function deliveryMessage(): DeliveryMessage {
  const eventUlid = ulid();
  const event = {
    id: `evt_${eventUlid}`,
    ulid: eventUlid,
    type: 'long.parked',
    contentType: 'application/json',
    payload: { kind: 'text', text: '{"parked":true}' },
  } as const;
  const tail = eventUlid.slice(-2);
  return {
    v: 1,
    kind: 'delivery',
    tenant: FIRST_TENANT,
    subscription: `sub_${tail}`,
    target: `tgt_${tail}`,
    event,
    attempts: [{ at: Date.now(), ms: 20, status: 503 }],
  };
}

/** Receives all visible messages of the lanes, whose functions are switched off. */
function receiver(cloud: LocalCloud, onReceived: (event: string) => void): () => Promise<void> {
  const sqs = new SQSClient(cloud.awsClientConfig());
  const lanes = cloud.resources
    .filter(({ type, constructName }) => type === 'AWS::SQS::Queue' && constructName.endsWith('Lane'))
    .map(({ physicalId }) => ({ QueueUrl: physicalId, name: physicalId.split('/').at(-1)! }));

  async function drain(QueueUrl: string): Promise<void> {
    let Messages: Message[] | undefined;
    do {
      ({ Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: BATCH, WaitTimeSeconds: 0 }),
      ));
      if (!Messages?.length) return;
      for (const { Body } of Messages) onReceived((JSON.parse(Body!) as DeliveryMessage).event.id);
      const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    } while (Messages.length === BATCH);
  }

  return async () => {
    const queues = cloud.queues();
    for (const { QueueUrl, name } of lanes) if (queues[name]!.visible > 0) await drain(QueueUrl);
  };
}

/** Ends a run of release as soon as it has released a delivery. Returns whether it did. */
async function cutOff({ cloud }: Simulation): Promise<boolean> {
  const delayed = (): number => Object.values(cloud.queues()).reduce((sum, queue) => sum + queue.delayed, 0);
  const before = delayed();
  let isOver = false;
  const run = cloud.runSchedule('EveryMinute').finally(() => {
    isOver = true;
  });
  while (!isOver && delayed() <= before) await sleep(0);
  const isCut = !isOver && (await cloud.functions.get('Release')!.kill());
  await run;
  return isCut;
}

function figuresOf(
  dueOf: ReadonlyMap<string, number>,
  receivedAt: ReadonlyMap<string, readonly number[]>,
): Pick<
  ParkingFigures,
  'received' | 'duplicates' | 'earliest' | 'p99' | 'latest' | 'late' | 'skippedMinutes'
> {
  const skipped = new Set<number>();
  const late: number[] = [];
  for (const [event, due] of dueOf) {
    const at = receivedAt.get(event)?.[0];
    if (at !== undefined) late.push(at - due);
    if (at === undefined || at - due > MINUTE_MS) skipped.add(Math.floor(due / MINUTE_MS));
  }
  const times = [...receivedAt.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    received: receivedAt.size,
    duplicates: times - receivedAt.size,
    earliest: late.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY),
    p99: percentile(late, 0.99),
    latest: late.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY),
    late: late.filter((each) => each > GOAL_MS).length,
    skippedMinutes: skipped.size,
  };
}
