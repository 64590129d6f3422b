import { createMeter, type MeterEntry, type Service, startLocalCloud } from '../local/cloud.ts';
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
};

const { assemblyDir, key, metered } = childOptions<CloudOptions>();
const meter = metered ? createMeter() : undefined;
const cloud = await startLocalCloud({
  assemblyDir,
  secrets: { ApiKey: key },
  ...(meter && { meter }),
  log: (line) => {
    if (line.kind === 'cloud' || !line.text.startsWith('{"_aws"')) console.error(line.text.slice(0, 300));
  },
});

let calm = (): number => 0;
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
  },
  () => cloud.stop(),
);
