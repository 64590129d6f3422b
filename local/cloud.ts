/**
 * The local cloud: runs a synthesised CDK assembly on this machine.
 *
 * It refuses what it does not know; resources/ lists what it knows.
 */
import type { Server } from 'node:http';
import { type LocalSocketApi, type RunningApis, startApis } from './apis.ts';
import { type Access, createAccess, type Denial } from './core/access.ts';
import { REGION, regionOf } from './core/account.ts';
import { type SimulatedClock, shiftDate } from './core/clock.ts';
import type { Hear } from './core/heard.ts';
import type { Log } from './core/log.ts';
import type { Meter } from './core/meter.ts';
import { startDistribution } from './edge/start.ts';
import type { LocalFunction } from './lambda/function.ts';
import type { Invocation } from './lambda/protocol.ts';
import { type DeployedResource, deployStack } from './resources/deploy.ts';
import type { Limits, World } from './resources/world.ts';
import { createMetrics } from './services/cloudwatch.ts';
import { createDatabase } from './services/dynamodb.ts';
import { close, createEndpoint, listen } from './services/endpoint.ts';
import { createFaults, type Disturbance, type Service } from './services/faults.ts';
import { createMessaging, type Queue } from './services/fauxqs.ts';
import { createVault } from './services/secrets.ts';
import type { PublishedAlert } from './services/sns.ts';
import { startPoller } from './sources/poller.ts';
import { fire, startSchedule } from './sources/schedule.ts';
import { type Json, readAssembly, type Template } from './template/template.ts';

export { createClock, type SimulatedClock } from './core/clock.ts';
export type { Heard } from './core/heard.ts';
export type { LogLine } from './core/log.ts';
export { createMeter, type MeterEntry } from './core/meter.ts';
export type { FaultKind, Service } from './services/faults.ts';
export type { Template } from './template/template.ts';

export interface LocalCloudOptions {
  /** The directory with the manifest.json of one stage (`cdk.out/assembly-local`), or of an app without stages. */
  readonly assemblyDir: string;
  /** Port of the HTTP API on 127.0.0.1. Default: any free one. */
  readonly port?: number;
  /** Port of the console on 127.0.0.1. Default: any free one. */
  readonly consolePort?: number;
  /** Values for secrets whose logical id or name contains the key. Others are generated as the template says. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Gets every line of functions and of the cloud. Default: none is kept. */
  readonly log?: Log;
  /** Gets each message that a function sends and each item that it writes. Default: none is kept. */
  readonly hear?: Hear;
  /** Changes a template before it is deployed: a test removes a grant or shortens a timeout. */
  readonly edit?: (stackName: string, template: Template) => void;
  /** Counts what AWS would bill. Default: nothing is counted. */
  readonly meter?: Meter;
  readonly limits?: Partial<Limits>;
  /**
   * The clock of the cloud and, while the cloud runs, of this process. Schedules then fire only by `runSchedule`, since
   * timers run in real time. Default: real time.
   */
  readonly clock?: SimulatedClock;
}

interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface LocalCloud {
  /** `http://127.0.0.1:<port>`, or empty if the template has no API. */
  readonly apiUrl: string;
  /** The WebSocket APIs by construct name, such as `Live`. */
  readonly sockets: ReadonlyMap<string, LocalSocketApi>;
  /** `http://127.0.0.1:<port>` of the distribution, or empty if the template has none. */
  readonly consoleUrl: string;
  /**
   * By construct name, such as `Dispatch`; in another region a function of the same name is `eu-central-1/Dispatch`.
   */
  readonly functions: ReadonlyMap<string, LocalFunction>;
  readonly resources: readonly DeployedResource[];
  /** Outputs by stack name and output name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** Every refused call, oldest first. */
  readonly denials: readonly Denial[];
  /** Everything published to a topic, oldest first. */
  readonly alerts: readonly PublishedAlert[];
  /**
   * The one resource with this logical id, construct name or physical id, with or without a region:
   * `eu-central-1/SlowLane`. @throws where several or none match
   */
  resource(name: string): DeployedResource;
  /** Message counts by queue name; where several regions have the name, by `eu-central-1/name`. */
  queues(): Record<string, QueueCounts>;
  /** When the next delayed message becomes visible, in milliseconds since the epoch; undefined without one. */
  nextDelayEnd(): number | undefined;
  /**
   * Settings for an AWS SDK client that may do everything, in this region. Default: the region of stacks that name
   * none.
   */
  awsClientConfig(region?: string): {
    readonly region: string;
    readonly endpoint: string;
    readonly forcePathStyle: true;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /**
   * Lets a service fail for the functions and their event sources, but not for the operator. The returned function ends
   * it and returns how many requests it refused.
   */
  disturb(service: Service, disturbance?: Disturbance): () => number;
  /**
   * Cuts clients off, as when their network breaks: connections end without a word, and every further request to an API
   * gets a closed connection. Functions still reach `@connections`. The returned function ends it.
   */
  cutOff(): () => void;
  /** Fires the one rule whose name contains this, now, and waits for its functions. */
  runSchedule(namePart: string): Promise<Invocation[]>;
  /** Ends workers, pollers and servers, within a second. */
  stop(): Promise<void>;
}

const DEFAULT_LIMITS: Limits = {
  // A worker costs 35 MB. Further invocations of a function wait for a free one.
  workersPerFunction: 16,
  // Lambda starts a mapping with this many, before it scales.
  batchesPerMapping: 5,
  idleMs: 60_000,
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
  socketIdleMs: 10 * 60_000,
  socketLifetimeMs: 2 * 60 * 60_000,
};

/** Deploys the assembly's stacks and starts polling, schedules and the HTTP API. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { log = () => {}, meter, clock, hear } = options;
  const restoreDate = clock && shiftDate(clock.offset);
  const access = createAccess(log);
  const faults = createFaults();
  const alerts: PublishedAlert[] = [];
  const onAlert = (alert: PublishedAlert): void => {
    alerts.push(alert);
    log({ kind: 'cloud', text: `Alert  ${alert.subject ?? ''}: ${alert.message.replace(/\s*\n\s*/g, ' ')}` });
  };
  const messaging = await createMessaging(access, REGION, faults, meter, onAlert, hear);
  const emulators = {
    messaging,
    metrics: createMetrics(access, messaging.queueByArn, meter),
    database: createDatabase(access, faults, meter, hear),
    vault: createVault(access, meter),
  };
  const endpoint = createEndpoint(emulators);
  const world: World = {
    ...emulators,
    endpoint: await listen(endpoint),
    access,
    faults,
    log,
    meter,
    clock,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    chosenSecrets: options.secrets ?? {},
    functions: new Map(),
    foreignFunctions: new Map(),
    permissions: [],
    mappings: [],
    schedules: [],
    apis: new Map(),
    apiPort: options.port ?? 0,
    isDown: false,
    distributions: [],
    edgeFunctions: new Map(),
    headersPolicies: new Map(),
    originAccessControls: new Set(),
    elasticIps: [],
  };
  try {
    const { resources, outputs } = await deploy(options, world);
    const apis = startApis(world);
    const edge = await startDistribution(world, options.consolePort ?? 0);
    const sources = startSources(world);
    const stop = async (): Promise<void> => {
      apis.stop();
      await edge.stop();
      await stopAll(world, endpoint, sources);
      restoreDate?.();
    };
    return cloudOf(world, { apis, consoleUrl: edge.url, resources, outputs, alerts, stop });
  } catch (error) {
    await stopAll(world, endpoint, []);
    restoreDate?.();
    throw error;
  }
}

async function deploy({ assemblyDir, edit }: LocalCloudOptions, world: World) {
  const published = { exports: new Map<string, Json>(), outputs: new Map<string, Json>() };
  const resources: DeployedResource[] = [];
  const outputs: Record<string, Readonly<Record<string, Json>>> = {};
  for (const source of readAssembly(assemblyDir)) {
    edit?.(source.name, source.template);
    const deployment = await deployStack(source, world, published);
    resources.push(...deployment.resources);
    outputs[source.name] = deployment.outputs;
  }
  return { resources, outputs };
}

function startSources(world: World): (() => void)[] {
  const { clock, faults, log, meter } = world;
  const { queueByArn } = world.messaging;
  const isRefused = (): boolean => faults.draw('sqs') !== undefined;
  const options = { queueByArn, meter, isRefused };
  return [
    ...world.mappings.map((mapping) => startPoller(mapping, options)),
    ...(clock ? [] : world.schedules.map((schedule) => startSchedule(schedule, log))),
  ];
}

interface Running {
  readonly apis: RunningApis;
  readonly consoleUrl: string;
  readonly resources: readonly DeployedResource[];
  readonly outputs: LocalCloud['outputs'];
  readonly alerts: readonly PublishedAlert[];
  readonly stop: () => Promise<void>;
}

function cloudOf(world: World, { apis, ...running }: Running): LocalCloud {
  const { access, messaging } = world;
  return {
    ...running,
    apiUrl: apis.apiUrl,
    sockets: apis.sockets,
    functions: world.functions,
    denials: access.denials,
    resource: (name) => {
      const names = ({ region, logicalId, constructName, physicalId }: DeployedResource): string[] =>
        [logicalId, constructName, physicalId].flatMap((each) => [each, `${region}/${each}`]);
      return only(
        running.resources.filter((each) => names(each).includes(name)),
        `resource ${name}`,
      );
    },
    queues() {
      const queues = messaging.queues();
      const nameOf = ({ name, arn }: Queue): string =>
        queues.filter((queue) => queue.name === name).length > 1 ? `${regionOf(arn)}/${name}` : name;
      return Object.fromEntries(
        queues.map((queue) => [
          nameOf(queue),
          {
            visible: Number(queue.getAttribute('ApproximateNumberOfMessages')),
            inFlight: Number(queue.getAttribute('ApproximateNumberOfMessagesNotVisible')),
            delayed: Number(queue.getAttribute('ApproximateNumberOfMessagesDelayed')),
          },
        ]),
      );
    },
    nextDelayEnd: () => messaging.nextDelayEnd(),
    awsClientConfig: (region = REGION) => clientConfig(world.endpoint, access, region),
    disturb: (service, disturbance = {}) => world.faults.disturb(service, disturbance),
    cutOff() {
      world.isDown = true;
      for (const { cut } of apis.sockets.values()) cut();
      return () => {
        world.isDown = false;
      };
    },
    runSchedule(namePart) {
      const schedule = only(
        world.schedules.filter(({ name }) => name.includes(namePart)),
        `schedule ${namePart}`,
      );
      return fire(schedule, world.log);
    },
  };
}

function clientConfig(
  endpoint: string,
  access: Access,
  region: string,
): ReturnType<LocalCloud['awsClientConfig']> {
  const credentials = { accessKeyId: access.operatorKey, secretAccessKey: 'local' };
  return { region, endpoint, forcePathStyle: true, credentials };
}

async function stopAll(world: World, endpoint: Server, sources: readonly (() => void)[]): Promise<void> {
  for (const stop of sources) stop();
  world.messaging.shutdown();
  await Promise.all([...world.functions.values()].map((fn) => fn.stop()));
  await Promise.all([endpoint, ...[...world.apis.values()].map(({ server }) => server)].map(close));
}

function only<T>(found: readonly T[], what: string): T {
  if (found.length === 1) return found[0]!;
  throw new Error(`${what}: expected one, found ${found.length}`);
}
