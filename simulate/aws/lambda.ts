import type { Meter } from '../../local/core/meter.ts';
import { lineageName, lineageOf, merged } from '../../local/lambda/lineage.ts';
import type { Code } from '../code/bundle.ts';
import { type AwsAnswer, type AwsRequest, type Handler, startCode } from '../code/environment.ts';
import type { HostGlobals } from '../code/replaced/host.ts';
import type { Mischief } from '../faults/mischief.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Random } from '../kernel/random.ts';
import { drawMs } from '../kernel/spread.ts';
import type { InvocationEnd, Watcher } from '../world/watch.ts';
import { Instance } from './instance.ts';
import { LAMBDA, PROCESSOR } from './numbers.ts';
import type { StackResource } from './stack.ts';

/** What came of an invocation. */
export type Invocation =
  | { readonly kind: 'returned'; readonly result: unknown }
  | {
      readonly kind: 'failed';
      readonly outcome: Exclude<InvocationEnd['outcome'], 'returned'>;
      readonly message: string;
    };

export interface SimulatedFunction {
  readonly name: string;
  readonly folder: string;
  readonly arn: string;
  readonly memoryMb: number;
  /** @param bytes of the event @param traces trace headers of the messages in it */
  invoke(event: unknown, bytes: number, traces?: readonly (string | undefined)[]): Promise<Invocation>;
  /** Its environments that live. */
  readonly instances: ReadonlySet<Instance>;
  /** Invocations under way. */
  readonly busy: number;
  readonly stats: FunctionStats;
  /** Ends all environments that are idle, as a deployment does. */
  replace(): void;
}

export interface FunctionStats {
  invocations: number;
  errors: number;
  throttles: number;
  coldStarts: number;
  mostBusy: number;
  loopsStopped: number;
  /** Processor time, at a whole processor. Milliseconds. */
  processorMs: number;
  /** Time that is billed. Milliseconds. */
  billedMs: number;
}

export interface LambdaOptions {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly meter: Meter;
  readonly watchers: readonly Watcher[];
  readonly mischief: () => Mischief;
  readonly accountConcurrency: number;
  /** The code of a folder; of the release before where that is asked for. */
  code(folder: string, isOld: boolean): Code;
  transport(instance: Instance, request: AwsRequest): Promise<AwsAnswer>;
  host(instance: Instance): HostGlobals;
}

/** All functions of an account, which share its concurrency. */
export interface SimulatedLambda {
  create(resource: StackResource): SimulatedFunction;
  /** Invocations under way in the account. */
  readonly busy: number;
  readonly mostBusy: number;
}

interface FunctionProperties {
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly RecursiveLoop?: string;
  readonly ReservedConcurrentExecutions?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

export function createLambda(options: LambdaOptions): SimulatedLambda {
  const { kernel, random, meter, watchers, mischief, accountConcurrency } = options;
  let busy = 0;
  let mostBusy = 0;

  function create(resource: StackResource): SimulatedFunction {
    const { logicalId, arn, folder = '' } = resource;
    const { MemorySize, Timeout, RecursiveLoop, ReservedConcurrentExecutions, Environment } =
      resource.properties as unknown as FunctionProperties;
    const name = logicalId.replace(/Function[0-9A-F]{8}$/, '');
    const limit = ReservedConcurrentExecutions ?? Infinity;
    const ownName = lineageName(arn);
    const instances = new Set<Instance>();
    const idle: Instance[] = [];
    const growth = growthLimit(kernel);
    const stats: FunctionStats = {
      invocations: 0,
      errors: 0,
      throttles: 0,
      coldStarts: 0,
      mostBusy: 0,
      loopsStopped: 0,
      processorMs: 0,
      billedMs: 0,
    };
    let working = 0;
    let started = 0;

    function newInstance(): Instance {
      const number = ++started;
      const own = random.fork(`${name}#${number}`);
      const instance = new Instance({
        name: `${name}#${number}`,
        functionName: name,
        kernel,
        share: Math.min(1, MemorySize / LAMBDA.processorMb),
        skewMs: mischief().skewMs(),
        isOld: mischief().isOld(name),
        env: {
          ...Environment?.Variables,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: name,
          AWS_SECRET_ACCESS_KEY: 'simulated',
          AWS_LAMBDA_FUNCTION_NAME: name,
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
        },
        random: own,
        retiresAt: kernel.now() + LAMBDA.lifeMs * (0.75 + own.next() / 2),
        onEnd: () => {
          instances.delete(instance);
          const at = idle.indexOf(instance);
          if (at >= 0) idle.splice(at, 1);
        },
      });
      instances.add(instance);
      stats.coldStarts++;
      return instance;
    }

    function start(instance: Instance): Handler {
      const { env } = instance;
      return startCode(options.code(folder, instance.isOld), {
        kernel,
        random: instance.random,
        env,
        skewMs: () => instance.skewMs,
        resume: (run) => instance.resume(run),
        print: (text) => {
          const units = Buffer.byteLength(text);
          meter.count({ caller: name, service: 'logs', operation: 'PutLogEvents', requests: 1, units });
          instance.printed(text);
        },
        transport: (request) => options.transport(instance, request),
        host: options.host(instance),
      });
    }

    /** The environment that was used last; Lambda keeps few of them busy rather than all warm. */
    function take(): Instance | undefined {
      for (let instance = idle.pop(); instance; instance = idle.pop()) {
        instance.idleTimer?.cancel();
        if (kernel.now() < instance.retiresAt) return instance;
        instance.end();
      }
      return undefined;
    }

    function giveBack(instance: Instance): void {
      if (!instance.isAlive) return;
      idle.push(instance);
      const { from, to } = LAMBDA.idleMs;
      instance.idleTimer = kernel.after(random.int(from, to), () => instance.end());
    }

    async function invoke(
      event: unknown,
      bytes: number,
      traces: readonly (string | undefined)[] = [],
    ): Promise<Invocation> {
      const lineage = merged(traces.map(lineageOf));
      const times = lineage.get(ownName) ?? 0;
      if (RecursiveLoop !== 'Allow' && times >= LAMBDA.loopLimit) {
        stats.loopsStopped++;
        return { kind: 'failed', outcome: 'error', message: 'RecursiveInvocationException' };
      }
      const warm =
        working < limit && busy < accountConcurrency && !mischief().isThrottled(name) ? take() : null;
      if (warm === null || (warm === undefined && !growth.take())) {
        stats.throttles++;
        return { kind: 'failed', outcome: 'throttled', message: 'Rate Exceeded.' };
      }
      const instance = warm ?? newInstance();
      const entries = [...new Map(lineage).set(ownName, times + 1)].map(
        ([each, count]) => `${each}:${count}`,
      );
      instance.env._X_AMZN_TRACE_ID = `Root=1-simulated;Parent=0;Sampled=0;Lineage=${entries.join('|')}`;
      busy++;
      working++;
      mostBusy = Math.max(mostBusy, busy);
      stats.mostBusy = Math.max(stats.mostBusy, working);
      stats.invocations++;
      const began = kernel.now();
      const initMs = warm ? 0 : drawMs(random, LAMBDA.coldStart);
      const processorBefore = instance.processorMs;
      const invocation = await run(instance, event, bytes, initMs);
      const ms = kernel.now() - began;
      busy--;
      working--;
      if (invocation.kind === 'failed') stats.errors++;
      stats.processorMs += instance.processorMs - processorBefore;
      stats.billedMs += Math.ceil(ms);
      const units = (Math.ceil(ms) * MemorySize) / 1024;
      meter.count({ caller: name, service: 'lambda', operation: 'Invoke', requests: 1, units });
      const outcome: InvocationEnd['outcome'] =
        invocation.kind === 'returned' ? 'returned' : invocation.outcome;
      const end: InvocationEnd = { functionName: name, instance: instance.name, ms, isCold: !warm, outcome };
      for (const watcher of watchers) watcher.invoked?.(end);
      kernel.trace.note(`${instance.name} ${outcome} after ${ms.toFixed(3)} ms`);
      giveBack(instance);
      return invocation;
    }

    function run(instance: Instance, event: unknown, bytes: number, initMs: number): Promise<Invocation> {
      const { promise, resolve } = Promise.withResolvers<Invocation>();
      const fail = (outcome: 'error' | 'timeout' | 'killed', message: string): void =>
        resolve({ kind: 'failed', outcome, message });
      const deadline = kernel.now() + initMs + Timeout * 1000;
      const timer = kernel.at(deadline, () => {
        fail('timeout', `Task timed out after ${Timeout}.00 seconds`);
        instance.end();
      });
      instance.onKill = () => fail('killed', 'Runtime exited');
      const context = {
        awsRequestId: instance.name,
        functionName: name,
        getRemainingTimeInMillis: () => deadline - kernel.now(),
      };
      instance.after(initMs, PROCESSOR.invocation + (PROCESSOR.kilobyte * bytes) / 1024, async () => {
        try {
          instance.handler ??= start(instance);
          const result = await (instance.handler as Handler)(event, context);
          instance.after(0, 0, () => resolve({ kind: 'returned', result }));
        } catch (error) {
          fail('error', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
        }
      });
      return promise.finally(() => {
        timer.cancel();
        instance.onKill = undefined;
      });
    }

    return {
      name,
      folder,
      arn,
      memoryMb: MemorySize,
      instances,
      stats,
      invoke,
      get busy() {
        return working;
      },
      replace: () => {
        for (const instance of [...idle]) instance.end();
      },
    };
  }

  return {
    create,
    get busy() {
      return busy;
    },
    get mostBusy() {
      return mostBusy;
    },
  };
}

/** New environments of a function, as many as Lambda gives within ten seconds. */
function growthLimit(kernel: Kernel) {
  const { environments, everyMs } = LAMBDA.scaling;
  let left: number = environments;
  let at = kernel.now();
  return {
    take(): boolean {
      const now = kernel.now();
      left = Math.min(environments, left + ((now - at) / everyMs) * environments);
      at = now;
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}
