import {
  createMeter,
  type LocalCloud,
  type MeterEntry,
  type Service,
  startLocalCloud,
} from '../../local/cloud.ts';
import { childOptions, serveParent } from './child.ts';

/** The local cloud as a process of its own, so that its memory and time are its own. */
export interface CloudOptions {
  readonly assemblyDir: string;
  readonly key: string;
  /** Count what AWS would bill. It costs time, so speed is measured without. */
  readonly metered: boolean;
}

export interface CloudStatus {
  /** Highest resident memory seen since the last call, in bytes. */
  readonly peakMemory: number;
  /** Processor time used since the start, in milliseconds. */
  readonly cpuMs: number;
  readonly workers: Readonly<Record<string, number>>;
  /** Messages anywhere in the queues. */
  readonly queued: number;
  /** Invocations that ended because their worker was killed. */
  readonly crashes: number;
}

/** What it takes to be the operator of the cloud. */
export interface Operator {
  readonly config: ReturnType<LocalCloud['awsClientConfig']>;
  readonly stateTable: string;
}

export type CloudCalls = {
  apiUrl: { args: []; result: string };
  status: { args: []; result: CloudStatus };
  meter: { args: []; result: MeterEntry[] };
  resetMeter: { args: []; result: undefined };
  /** Ends one worker of a function at random, as a crash would. */
  kill: { args: [name: string]; result: boolean };
  functions: { args: []; result: string[] };
  /** Lets a share of the requests to a service fail, from now until it is calmed. */
  disturb: { args: [service: Service, share: number]; result: undefined };
  /** Ends what was disturbed last. Answers how many requests failed. */
  calm: { args: []; result: number };
  /** Sums of the counts that functions have emitted as metrics, by name. */
  metrics: { args: []; result: Record<string, number> };
  operator: { args: []; result: Operator };
  /** Fires a rule now, and waits for its functions. */
  runSchedule: { args: [name: string]; result: undefined };
};

const { assemblyDir, key, metered } = childOptions<CloudOptions>();
const metrics: Record<string, number> = {};
const SAID_AT_MOST = 3;
const told = new Map<string, number>();
const meter = metered ? createMeter() : undefined;
const cloud = await startLocalCloud({
  assemblyDir,
  secrets: { ApiKey: key },
  ...(meter && { meter }),
  log: (line) => {
    if (line.kind === 'function' && line.text.startsWith('{"_aws"')) addMetrics(line.text);
    else tell(line.text);
  },
});

let calm = (): number => 0;
/** Prints a line, unless it has been said a few times: an experiment that breaks things hears of it all the time. */
function tell(text: string): void {
  const about = /"message":"([^"]*)"/.exec(text)?.[1] ?? text;
  const times = (told.get(about) ?? 0) + 1;
  told.set(about, times);
  if (times <= SAID_AT_MOST) console.error(text.slice(0, 300));
}

/** @param line in CloudWatch's embedded metric format; measurements are left out */
function addMetrics(line: string): void {
  for (const [name, value] of Object.entries(JSON.parse(line))) {
    if (typeof value === 'number') metrics[name] = (metrics[name] ?? 0) + value;
  }
}

let peakMemory = 0;
setInterval(() => {
  peakMemory = Math.max(peakMemory, process.memoryUsage.rss());
}, 100).unref();

serveParent<CloudCalls>(
  {
    apiUrl: () => cloud.apiUrl,
    status: () => {
      const { user, system } = process.cpuUsage();
      const status = {
        peakMemory: Math.max(peakMemory, process.memoryUsage.rss()),
        cpuMs: (user + system) / 1000,
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
    operator: () => ({ config: cloud.awsClientConfig(), stateTable: cloud.resource('State').physicalId }),
    runSchedule: async (name) => {
      await cloud.runSchedule(name);
      return undefined;
    },
  },
  () => cloud.stop(),
);
