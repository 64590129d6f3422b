/**
 * The local cloud: runs a synthesised CDK assembly on this machine.
 *
 * It refuses what it does not know; resources/ lists what it knows.
 */
import type { Server } from 'node:http';
import { startApis } from './apis.ts';
import { createConsumerAccounts } from './consumer/accounts.ts';
import { createAccess } from './core/access.ts';
import { type SimulatedClock, shiftDate } from './core/clock.ts';
import type { Hear } from './core/heard.ts';
import type { Log } from './core/log.ts';
import type { Meter } from './core/meter.ts';
import { startDistribution } from './edge/start.ts';
import { createAsyncCalls } from './lambda/async-invoke.ts';
import type { StartEnvironment } from './lambda/worker.ts';
import { type DeployedResource, deployStack } from './resources/deploy.ts';
import type { Limits, World } from './resources/world.ts';
import { cloudOf, type LocalCloud } from './running-cloud.ts';
import { createMetrics } from './services/cloudwatch.ts';
import { createDatabase } from './services/dynamodb/dynamodb.ts';
import { allServices, close, createEndpoint, listen } from './services/endpoint.ts';
import { createEventBuses } from './services/events/event-buses.ts';
import { createEventsApi } from './services/events/events-api.ts';
import { createFaults } from './services/faults.ts';
import { createGlue, type GlueSchemas } from './services/glue.ts';
import type { MetricValue } from './services/logs/embedded-metrics.ts';
import { createLogGroups } from './services/logs/log-groups.ts';
import { createLogsApi } from './services/logs/logs-api.ts';
import { createS3 } from './services/s3/s3.ts';
import { createVault } from './services/secrets.ts';
import { createSes, type MailSettings, type SentMail } from './services/ses.ts';
import { createSns, type PublishedAlert } from './services/sns.ts';
import { createSqs } from './services/sqs/sqs.ts';
import { startKafkaPoller } from './sources/kafka-poller.ts';
import { startPoller } from './sources/poller.ts';
import { startSchedule } from './sources/schedule.ts';
import { type Json, readAssembly, type Template } from './template/template.ts';

export { createClock, type SimulatedClock } from './core/clock.ts';
export type { Heard } from './core/heard.ts';
export type { LogLine } from './core/log.ts';
export { createMeter, type MeterEntry } from './core/meter.ts';
export { type FunctionWorker, type StartEnvironment, startWorker } from './lambda/worker.ts';
export type { LocalCloud } from './running-cloud.ts';
export type { FaultKind, Service } from './services/faults.ts';
export type { MetricValue } from './services/logs/embedded-metrics.ts';
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
  /** Secrets that no template makes, by their ARNs: a function may read one that its role names. Default: there is none. */
  readonly foreignSecrets?: Readonly<Record<string, string>>;
  /** Versions of schemas in Glue's registry, by their ids. Default: there is none. */
  readonly glueSchemas?: GlueSchemas;
  /**
   * Addresses of a Kafka cluster, such as `localhost:9092`, that stands for every cluster in templates. It is reached without
   * encryption and credentials. Default: no topic is read, and a line says so for each.
   */
  readonly kafkaBrokers?: readonly string[];
  /** Secrets that no template has, by their names. */
  readonly ownSecrets?: Readonly<Record<string, string>>;
  /** Of SES. Default: `posthorn.example` is verified, and the account is out of the sandbox. */
  readonly mail?: MailSettings;
  /** Gets every line of functions and of the cloud. Default: none is kept. */
  readonly log?: Log;
  /** Gets each message that a function sends and each item that it writes. Default: none is kept. */
  readonly hear?: Hear;
  /** Gets each value that CloudWatch would make of the functions' lines. Default: no line is read for them. */
  readonly measure?: (value: MetricValue) => void;
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
  /** Starts an execution environment of a function. Default: in a worker thread of this process. */
  readonly startEnvironment?: StartEnvironment;
}

/** Whoever sends from the laptop's environment has proved that the domain is theirs. */
const MAIL: MailSettings = { verified: ['posthorn.example'], isSandbox: false };

const DEFAULT_LIMITS: Limits = {
  // A worker costs 35 MB. Further invocations of a function wait for a free one.
  workersPerFunction: 16,
  // Lambda starts a mapping with this many, before it scales.
  batchesPerMapping: 5,
  idleMs: 60_000,
  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
  asyncRetryMs: [60_000, 120_000],
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
  socketIdleMs: 10 * 60_000,
  socketLifetimeMs: 2 * 60 * 60_000,
};

/** Deploys the assembly's stacks and starts all that serves, polls and fires. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const restoreDate = options.clock && shiftDate(options.clock.offset);
  const alerts: PublishedAlert[] = [];
  const mails: SentMail[] = [];
  const { world, endpoint } = await createWorld(options, alerts, mails);
  const started: (() => void | Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0)) await end();
    await stopAll(world, endpoint);
    restoreDate?.();
  };
  try {
    const { resources, outputs } = await deploy(options, world);
    const apis = startApis(world);
    started.push(apis.stop);
    const edge = await startDistribution(world, options.consolePort ?? 0);
    started.push(edge.stop, ...startSources(world), ...startTopics(world, options.kafkaBrokers));
    return cloudOf(world, { apis, consoleUrl: edge.url, resources, outputs, alerts, mails, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The emulators, and a world in which nothing is deployed yet.
 * @param alerts gets what is published to topics
 * @param mails gets what is mailed
 */
async function createWorld(options: LocalCloudOptions, alerts: PublishedAlert[], mails: SentMail[]) {
  const { log = () => {}, meter, clock, hear } = options;
  const access = createAccess(log);
  const faults = createFaults();
  const onAlert = (alert: PublishedAlert): void => {
    alerts.push(alert);
    log({ kind: 'cloud', text: `Alert  ${alert.subject ?? ''}: ${alert.message.replace(/\s*\n\s*/g, ' ')}` });
  };
  const onMail = (mail: SentMail): void => {
    mails.push(mail);
    log({ kind: 'cloud', text: `Mail to ${mail.to.join(', ')}: ${mail.subject}` });
  };
  const sqs = createSqs({ access, faults, meter, hear, clock });
  const logs = createLogGroups(log, options.measure);
  const buses = createEventBuses(access, log);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const emulators = {
    s3: createS3(access, faults, meter),
    sns: createSns(access, meter, onAlert),
    sqs,
    metrics: createMetrics(access, sqs.queueByArn, meter),
    database: createDatabase(access, faults, meter, hear),
    vault: createVault(access, meter),
    glue: createGlue(access, meter, options.glueSchemas ?? {}),
    ses: createSes(access, faults, meter, options.mail ?? MAIL, onMail),
    logsApi: createLogsApi(access, logs, meter),
    eventsApi: createEventsApi(access, buses, meter),
  };
  for (const [arn, value] of Object.entries(options.foreignSecrets ?? {}))
    emulators.vault.add({ arn, name: arn, value });
  for (const [name, value] of Object.entries(options.ownSecrets ?? {})) emulators.vault.put(name, value);
  const consumers = createConsumerAccounts(access);
  const services = consumers.besides(allServices(emulators));
  const endpoint = createEndpoint(services);
  const world: World = {
    ...emulators,
    services,
    consumers,
    endpoint: await listen(endpoint),
    access,
    faults,
    log,
    logs,
    buses,
    alarms: new Set(),
    meter,
    clock,
    startEnvironment: options.startEnvironment,
    limits,
    chosenSecrets: options.secrets ?? {},
    functions: new Map(),
    aliases: new Map(),
    deploymentApplications: new Set(),
    deploymentGroups: new Set(),
    asyncCalls: createAsyncCalls(log, limits.asyncRetryMs),
    asyncSettings: new Map(),
    foreignFunctions: new Map(),
    permissions: [],
    mappings: [],
    kafkaMappings: [],
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
  return { world, endpoint };
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
  const isRefused = (): boolean => faults.draw('sqs') !== undefined;
  const options = { meter, isRefused };
  return [
    ...world.mappings.map((mapping) => startPoller(mapping, options)),
    ...(clock ? [] : world.schedules.map((schedule) => startSchedule(schedule, log))),
  ];
}

function startTopics(
  { kafkaMappings, log }: World,
  brokers: readonly string[] | undefined,
): (() => Promise<void>)[] {
  if (brokers) return kafkaMappings.map((mapping) => startKafkaPoller(mapping, brokers, log));
  for (const { name, topic } of kafkaMappings)
    log({
      kind: 'note',
      text: `${name}: topic ${topic} of Kafka is left out, since no broker is given (--kafka). All else works.`,
    });
  return [];
}

async function stopAll(world: World, endpoint: Server): Promise<void> {
  world.sqs.shutdown();
  world.logs.close();
  world.asyncCalls.close();
  await Promise.all([...world.functions.values()].map((fn) => fn.stop()));
  await Promise.all([endpoint, ...[...world.apis.values()].map(({ server }) => server)].map(close));
}
