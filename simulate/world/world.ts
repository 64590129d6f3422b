import { createMeter, type Meter } from '../../local/core/meter.ts';
import type { SimulatedFunction, SimulatedLambda } from '../aws/account.ts';
import { createDynamo, type DynamoService } from '../aws/dynamodb/dynamo.ts';
import { createMapping, type SimulatedMapping } from '../aws/event-source.ts';
import type { Instance } from '../aws/instance.ts';
import { createLambda } from '../aws/lambda.ts';
import { API_GATEWAY, LAMBDA } from '../aws/numbers.ts';
import { createS3 } from '../aws/s3.ts';
import { rateMs, schedule } from '../aws/schedule.ts';
import { createServices } from '../aws/services.ts';
import { createSqs, type SimulatedQueue } from '../aws/sqs.ts';
import type { SimulatedStack, StackResource } from '../aws/stack.ts';
import type { Code } from '../code/bundle.ts';
import { startCode } from '../code/environment.ts';
import type { HostGlobals } from '../code/replaced/host.ts';
import { type Mischief, NONE } from '../faults/mischief.ts';
import { createKernel, type Kernel } from '../kernel/kernel.ts';
import { createApi, type SimulatedApi } from './api.ts';
import { createEndpoints } from './endpoints.ts';
import type { Watcher } from './watch.ts';

export interface WorldOptions {
  readonly seed: string;
  readonly stack: SimulatedStack;
  /** Each function's code by its folder. */
  readonly code: ReadonlyMap<string, Code>;
  /** The release before, which runs beside this one while a deployment goes on. */
  readonly oldCode?: ReadonlyMap<string, Code>;
  readonly keepsTrace?: boolean;
  readonly accountConcurrency?: number;
  /** Units a second that each table takes at once. Default: those of a new table. */
  readonly warm?: { readonly reads: number; readonly writes: number };
  /** The account's quota for a table, units a second. */
  readonly quota?: { readonly reads: number; readonly writes: number };
  /** The share of messages that come twice without a fault. */
  readonly duplicates?: number;
  /** The share of reads that see the past where they may. */
  readonly staleReads?: number;
  /** Requests a second that API Gateway takes of the account, with half as many at once. Default: its quota. */
  readonly gatewayRate?: number;
  /** Whether mappings have all their pollers from the start, as after a long time of much traffic. Default: an idle queue's. */
  readonly hasPollers?: boolean;
}

/** AWS, with Posthorn in it, and endpoints. */
export interface World {
  readonly kernel: Kernel;
  readonly stack: SimulatedStack;
  readonly meter: Meter;
  readonly api: SimulatedApi;
  readonly lambda: SimulatedLambda;
  readonly functions: ReadonlyMap<string, SimulatedFunction>;
  readonly queues: readonly SimulatedQueue[];
  readonly mappings: readonly SimulatedMapping[];
  readonly dynamo: DynamoService;
  readonly endpoints: ReturnType<typeof createEndpoints>;
  /** May be added to at any time. */
  readonly watchers: Watcher[];
  /** What goes wrong from now on. */
  mischief: Mischief;
  /** Whether nothing waits in a queue that a function works on. */
  isQuiet(): boolean;
  /** Counts what was polled so far in vain. */
  settle(): void;
}

/** Functions that a history needs. Others have an outside that is not simulated: WebSockets, consumers, sources. */
export const FOLDERS: readonly string[] = [
  'assess',
  'dead-letter-writer',
  'dispatch',
  'erase',
  'fanout',
  'ingest',
  'manage',
  'record',
  'recover',
  'release',
  'replay',
];

const ROLES = { Config: 'config', Log: 'log', State: 'state' } as const;

/** @returns a world at its beginning, in which nothing has happened */
export function createWorld({ seed, stack, code, oldCode, ...options }: WorldOptions): World {
  const kernel = createKernel(seed, { keepsTrace: options.keepsTrace ?? false });
  const { random } = kernel;
  const meter = createMeter();
  const watchers: Watcher[] = [];
  let present: Mischief = NONE;
  const mischief = (): Mischief => present;
  const common = { kernel, meter, watchers, mischief };

  const tables = stack.ofType('AWS::DynamoDB::Table').map(({ logicalId: name, properties }) => ({
    name,
    role: ROLES[name.replace(/[0-9A-F]{8}$/, '') as keyof typeof ROLES],
    properties: properties as never,
  }));
  const { warm, quota, staleReads } = options;
  const dynamo = createDynamo({
    ...common,
    random: random.fork('dynamodb'),
    tables,
    ...(warm && { warm }),
    ...(quota && { quota }),
    ...(staleReads !== undefined && { staleReads }),
  });
  expireHourly(kernel, dynamo);
  const sqs = createSqs({
    ...common,
    random: random.fork('sqs'),
    queues: stack.ofType('AWS::SQS::Queue'),
    duplicates: options.duplicates,
  });
  const s3 = createS3(random.fork('s3'), meter);
  const alerts = { latencyMs: () => 20, serve: () => ({ status: 200, body: {} }) };
  const services = createServices({
    kernel,
    random: random.fork('faults'),
    mischief,
    services: { dynamodb: dynamo, sqs, s3, sns: alerts },
  });
  const endpoints = createEndpoints({ ...common, random: random.fork('endpoints') });
  const hostFor = (instance: Instance): HostGlobals => ({
    post: endpoints.postFrom(instance),
    objects: objectsOf((operation, input) => services.ask(instance, 's3', operation, input)),
    async publishAlert() {
      await services.ask(instance, 'sns', 'Publish', {});
    },
  });
  const lambda = createLambda({
    ...common,
    random: random.fork('lambda'),
    accountConcurrency: options.accountConcurrency ?? LAMBDA.accountConcurrency,
    code: (folder, isOld) => (isOld ? (oldCode ?? code) : code).get(folder)!,
    transport: services.transport,
    host: hostFor,
  });
  const resources = stack
    .ofType('AWS::Lambda::Function')
    .filter(({ folder }) => FOLDERS.includes(folder ?? ''));
  const byId = new Map(resources.map((resource) => [resource.logicalId, lambda.create(resource)]));
  const functions = new Map([...byId.values()].map((each) => [each.name, each]));
  const mappings = mappingsOf(stack, byId, sqs.queues, {
    ...common,
    startsFull: options.hasPollers ?? false,
  });
  startSchedules(stack, byId, kernel);

  const manage = resources.find(({ folder }) => folder === 'manage')!;
  const api = createApi({
    kernel,
    meter,
    random: random.fork('api'),
    throttle: stack.settings.apiThrottle,
    gatewayRate: options.gatewayRate ?? API_GATEWAY.ratePerSecond,
    ingest: functions.get('Ingest')!,
    manage: functions.get('Manage')!,
    manageAtOnce: startCode(code.get('manage')!, {
      kernel,
      random: random.fork('operator'),
      env: { ...variablesOf(manage), ...OPERATOR },
      skewMs: () => 0,
      resume: (run) => run(),
      print: () => {},
      transport: (request) => services.atOnce('operator', request),
      host: {
        post: () => Promise.reject(new Error('expected no request to an endpoint')),
        objects: objectsOf(() => Promise.resolve({ status: 200, body: {} })),
        publishAlert: async () => {},
      },
    }),
  });

  const world: World = {
    kernel,
    stack,
    meter,
    api,
    lambda,
    functions,
    queues: sqs.queues,
    mappings,
    dynamo,
    endpoints,
    watchers,
    get mischief() {
      return present;
    },
    set mischief(next) {
      present = next;
    },
    isQuiet: () =>
      mappings.every(({ queue, busy }) => {
        const { visible, inFlight, delayed } = queue.counts();
        return busy + visible + inFlight + delayed === 0;
      }),
    settle() {
      for (const mapping of mappings) mapping.settle();
    },
  };
  return world;
}

const OPERATOR = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'operator',
  AWS_SECRET_ACCESS_KEY: 'simulated',
};

const variablesOf = ({ properties }: StackResource): Record<string, string> =>
  (properties.Environment as unknown as { Variables: Record<string, string> }).Variables;

function mappingsOf(
  stack: SimulatedStack,
  functions: ReadonlyMap<string, SimulatedFunction>,
  queues: readonly SimulatedQueue[],
  common: Pick<World, 'kernel' | 'meter'> & {
    readonly mischief: () => Mischief;
    readonly startsFull: boolean;
  },
): SimulatedMapping[] {
  return stack.ofType('AWS::Lambda::EventSourceMapping').flatMap(({ properties }) => {
    const { FunctionName, EventSourceArn, BatchSize = 10, MaximumBatchingWindowInSeconds = 0 } = properties;
    const target = functions.get(String(FunctionName));
    const queue = queues.find(({ arn }) => arn === EventSourceArn);
    if (!target || !queue) return [];
    const { MaximumConcurrency = 1000 } = (properties.ScalingConfig ?? {}) as { MaximumConcurrency?: number };
    return createMapping({
      ...common,
      random: common.kernel.random.fork(`mapping/${queue.name}`),
      queue,
      target,
      batchSize: Number(BatchSize),
      windowMs: Number(MaximumBatchingWindowInSeconds) * 1000,
      maxConcurrency: MaximumConcurrency,
      reportsFailures: properties.FunctionResponseTypes !== undefined,
    });
  });
}

function startSchedules(
  stack: SimulatedStack,
  functions: ReadonlyMap<string, SimulatedFunction>,
  kernel: Kernel,
): void {
  const random = kernel.random.fork('schedules');
  for (const { properties } of stack.ofType('AWS::Events::Rule')) {
    if (!properties.ScheduleExpression) continue;
    const everyMs = rateMs(String(properties.ScheduleExpression));
    const targets = (properties.Targets ?? []) as unknown as readonly { readonly Arn: string }[];
    for (const { Arn } of targets) {
      const target = [...functions.values()].find(({ arn }) => arn === Arn);
      if (target) schedule(kernel, everyMs, target, random.int(0, everyMs));
    }
  }
}

/** DynamoDB removes what has expired within days. */
function expireHourly(kernel: Kernel, dynamo: DynamoService): void {
  kernel.after(3_600_000, () => {
    dynamo.expire();
    expireHourly(kernel, dynamo);
  });
}

type Ask = (operation: string, input: object) => Promise<{ readonly status: number; readonly body: object }>;

/** S3's operations as `lambdas/platform/s3.ts` has them. The SDK tries a request three times. */
function objectsOf(ask: Ask): HostGlobals['objects'] {
  async function askThrice(operation: string, input: object): Promise<object> {
    for (let attempt = 1; ; attempt++) {
      const { status, body } = await ask(operation, input);
      if (status < 300) return body;
      if (attempt === 3) throw new Error(`S3 answered ${status}`);
    }
  }
  return {
    async putObject(bucket, key, body) {
      await askThrice('PutObject', { bucket, key, body });
    },
    async getObject(bucket, key) {
      return ((await askThrice('GetObject', { bucket, key })) as { found?: Uint8Array }).found;
    },
    async headBucket(bucket) {
      await askThrice('HeadBucket', { bucket });
    },
  };
}
