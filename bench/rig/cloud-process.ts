import {
  createMeter,
  type LocalCloud,
  type MeterEntry,
  type Service,
  startLocalCloud,
} from '../../local/cloud.ts';
import type { Template } from '../../local/template/template.ts';
import { childOptions, serveParent } from './child.ts';
import { cpuMs } from './clock.ts';
import { type Profiling, startProfiling, type ThreadProfile } from './profiling.ts';

/** The local cloud as a process, so that its memory and time can be measured. */
export interface CloudOptions {
  readonly assemblyDir: string;
  readonly key: string;
  /** Counts what AWS would bill. This costs time, so speed is measured without it. */
  readonly metered: boolean;
  /** Nothing that was read is kept, so that each request and each batch costs what a rare one does. */
  readonly forgetful?: boolean;
  /** Whose topics the environment's sources read. Default: they are not read. */
  readonly kafkaBrokers?: readonly string[];
}

export interface CloudStatus {
  /** Peak resident memory since the last call, in bytes. */
  readonly peakMemory: number;
  /** The same since the start. */
  readonly mostMemory: number;
  /** Resident memory now, in bytes. */
  readonly resident: number;
  /** Processor time used since the start, in milliseconds. */
  readonly cpuMs: number;
  readonly workers: Readonly<Record<string, number>>;
  /** Messages in all queues. */
  readonly queued: number;
  /** Invocations that ended because their worker was killed. */
  readonly crashes: number;
}

/** What the operator of the cloud needs. */
export interface Operator {
  readonly config: ReturnType<LocalCloud['awsClientConfig']>;
  readonly stateTable: string;
  readonly logTable: string;
}

export type CloudCalls = {
  apiUrl: { args: []; result: string };
  status: { args: []; result: CloudStatus };
  meter: { args: []; result: MeterEntry[] };
  resetMeter: { args: []; result: undefined };
  /** Ends one worker of a function at random, as a crash would. */
  kill: { args: [name: string]; result: boolean };
  functions: { args: []; result: string[] };
  /** Lets a share of the requests to a service fail until `calm`. */
  disturb: { args: [service: Service, share: number]; result: undefined };
  /** Ends the last disturbance. Returns how many requests failed. */
  calm: { args: []; result: number };
  /** Sums of the metrics that functions emitted, by name. */
  metrics: { args: []; result: Record<string, number> };
  operator: { args: []; result: Operator };
  /** Fires a rule now, and waits for its functions. */
  runSchedule: { args: [name: string]; result: undefined };
  /** Profiles the main thread and each function's workers until `stopProfile`. */
  startProfile: { args: []; result: undefined };
  stopProfile: { args: []; result: ThreadProfile[] };
};

const CACHES = ['HEALTH_CACHE_MS', 'TARGET_CACHE_MS', 'ADDRESS_CACHE_MS', 'EVENT_TYPE_CACHE_MS'];

const { assemblyDir, key, metered, forgetful = false, kafkaBrokers } = childOptions<CloudOptions>();
const metrics: Record<string, number> = {};
const SAID_AT_MOST = 3;
const timesPrinted = new Map<string, number>();
const meter = metered ? createMeter() : undefined;
const cloud = await startLocalCloud({
  assemblyDir,
  secrets: { ApiKey: key },
  ...(meter && { meter }),
  ...(forgetful && { edit: withoutCaches }),
  ...(kafkaBrokers && { kafkaBrokers }),
  log: (line) => {
    if (line.kind === 'function' && line.text.startsWith('{"_aws"')) addMetrics(line.text);
    else printSparingly(line.text);
  },
});

/** Sets the caches of functions and of the API's authorizer to the least that they take. */
function withoutCaches(_: string, { Resources }: Template): void {
  for (const { Type, Properties = {} } of Object.values(Resources)) {
    if (Type === 'AWS::ApiGatewayV2::Authorizer') Properties.AuthorizerResultTtlInSeconds = 0;
    const { Variables = {} } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
    for (const name of CACHES) if (name in Variables) Variables[name] = '1';
  }
}

let calm = (): number => 0;
/** Prints a line, except after a few repetitions: an experiment with faults repeats the same ones all the time. */
function printSparingly(text: string): void {
  const about = /"message":"([^"]*)"/.exec(text)?.[1] ?? text;
  const times = (timesPrinted.get(about) ?? 0) + 1;
  timesPrinted.set(about, times);
  if (times <= SAID_AT_MOST) console.error(text.slice(0, 300));
}

/** @param line in CloudWatch's embedded metric format; measurements are left out */
function addMetrics(line: string): void {
  for (const [name, value] of Object.entries(JSON.parse(line))) {
    if (typeof value === 'number') metrics[name] = (metrics[name] ?? 0) + value;
  }
}

let profiling: Profiling | undefined;
let peakMemory = 0;
setInterval(() => {
  peakMemory = Math.max(peakMemory, process.memoryUsage.rss());
}, 100).unref();

serveParent<CloudCalls>(
  {
    apiUrl: () => cloud.apiUrl,
    status: () => {
      const resident = process.memoryUsage.rss();
      const status = {
        peakMemory: Math.max(peakMemory, resident),
        mostMemory: process.resourceUsage().maxRSS * 1024,
        resident,
        cpuMs: cpuMs(),
        workers: Object.fromEntries([...cloud.functions].map(([name, fn]) => [name, fn.stats().workers])),
        crashes: [...cloud.functions.values()].reduce((sum, fn) => sum + fn.stats().crashes, 0),
        queued: Object.values(cloud.queues()).reduce((sum, q) => sum + q.visible + q.inFlight + q.delayed, 0),
      };
      peakMemory = 0;
      return status;
    },
    meter: () => meter?.snapshot() ?? [],
    resetMeter: () => {
      meter?.reset();
      return undefined;
    },
    kill: (name) => cloud.functions.get(name)!.kill(),
    functions: () => [...cloud.functions.keys()],
    disturb: (service, share) => {
      calm = cloud.disturb(service, { share });
      return undefined;
    },
    calm: () => calm(),
    metrics: () => metrics,
    operator: () => ({
      config: cloud.awsClientConfig(),
      stateTable: cloud.resource('State').physicalId,
      logTable: cloud.resource('Log').physicalId,
    }),
    startProfile: async () => {
      profiling = await startProfiling();
      return undefined;
    },
    stopProfile: () => profiling?.stop() ?? [],
    runSchedule: async (name) => {
      await cloud.runSchedule(name);
      return undefined;
    },
  },
  () => cloud.stop(),
);
