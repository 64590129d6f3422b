import { lineageName, lineageOf, merged } from '../../local/lambda/lineage.ts';
import { type Handler, startCode } from '../code/environment.ts';
import { drawMs } from '../kernel/spread.ts';
import type { InvocationEnd } from '../world/watch.ts';
import type { Account, FunctionStats, Invocation, LambdaOptions, SimulatedFunction } from './account.ts';
import { Instance } from './instance.ts';
import { LAMBDA, PROCESSOR } from './numbers.ts';
import type { StackResource } from './stack.ts';
import { tokenBucket } from './token-bucket.ts';

interface FunctionProperties {
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly RecursiveLoop?: string;
  readonly ReservedConcurrentExecutions?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

const THROTTLED: Invocation = { kind: 'failed', outcome: 'throttled', message: 'Rate Exceeded.' };

/** A function with its environments: each works on one event at a time, and starts with the first. */
export function createFunction(
  { logicalId, arn, folder = '', properties }: StackResource,
  account: Account,
  options: LambdaOptions,
): SimulatedFunction {
  const { kernel, random, meter, watchers, mischief } = options;
  const { MemorySize, Timeout, RecursiveLoop, ReservedConcurrentExecutions, Environment } =
    properties as unknown as FunctionProperties;
  const name = logicalId.replace(/Function[0-9A-F]{8}$/, '');
  const limit = ReservedConcurrentExecutions ?? Number.POSITIVE_INFINITY;
  const ownName = lineageName(arn);
  const instances = new Set<Instance>();
  const idle: Instance[] = [];
  const growth = tokenBucket(kernel, LAMBDA.scaling.environments, LAMBDA.scaling.everyMs);
  const rate = tokenBucket(kernel, LAMBDA.requestsPerConcurrency * account.concurrency, 1000);
  const stats: FunctionStats = {
    invocations: 0,
    errors: 0,
    throttles: 0,
    coldStarts: 0,
    mostBusy: 0,
    processorMs: 0,
    billedMs: 0,
  };
  let busy = 0;
  let replacedAt = Number.NEGATIVE_INFINITY;

  function newInstance(): Instance {
    const number = ++stats.coldStarts;
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
      startedAt: kernel.now(),
      retiresAt: kernel.now() + LAMBDA.lifeMs * (0.75 + own.next() / 2),
      onEnd: () => {
        instances.delete(instance);
        const at = idle.indexOf(instance);
        if (at >= 0) idle.splice(at, 1);
      },
    });
    instances.add(instance);
    return instance;
  }

  const start = (instance: Instance): Handler =>
    startCode(options.code(folder, instance.isOld), {
      kernel,
      random: instance.random,
      env: instance.env,
      skewMs: () => instance.skewMs,
      resume: (run) => instance.resume(run),
      print: (text) => {
        const units = Buffer.byteLength(text);
        meter.count({ caller: name, service: 'logs', operation: 'PutLogEvents', requests: 1, units });
        for (const { printed } of watchers) printed?.({ functionName: name, text });
      },
      transport: (request) => options.transport(instance, request),
      host: options.host(instance),
    });

  /** The environment that was used last: Lambda keeps few of them busy rather than all warm. */
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
    if (instance.startedAt < replacedAt) {
      instance.end();
      return;
    }
    idle.push(instance);
    const { from, to } = LAMBDA.idleMs;
    instance.idleTimer = kernel.after(random.int(from, to), () => instance.end());
  }

  function isRefused(): boolean {
    return (
      busy >= limit || account.busy >= account.concurrency || mischief().isThrottled(name) || !rate.take()
    );
  }

  async function invoke(
    event: unknown,
    bytes: number,
    traces: readonly (string | undefined)[] = [],
  ): Promise<Invocation> {
    const lineage = merged(traces.map(lineageOf));
    const times = lineage.get(ownName) ?? 0;
    if (RecursiveLoop !== 'Allow' && times >= LAMBDA.loopLimit) {
      return { kind: 'failed', outcome: 'error', message: 'RecursiveInvocationException' };
    }
    const warm = isRefused() ? 'refused' : take();
    if (warm === 'refused' || (!warm && !growth.take())) {
      stats.throttles++;
      return THROTTLED;
    }
    const instance = warm ?? newInstance();
    const chain = [...new Map(lineage).set(ownName, times + 1)].map(([each, count]) => `${each}:${count}`);
    instance.env._X_AMZN_TRACE_ID = `Root=1-simulated;Parent=0;Sampled=0;Lineage=${chain.join('|')}`;
    instance.held = { event: bytes, answers: 0 };
    begin();
    const began = kernel.now();
    const processorBefore = instance.processorMs;
    const coldMs = warm ? 0 : drawMs(random, LAMBDA.coldStart);
    const invocation = await run(instance, event, bytes, coldMs);
    stats.processorMs += instance.processorMs - processorBefore;
    end(instance, invocation, { ms: kernel.now() - began, coldMs });
    giveBack(instance);
    return invocation;
  }

  function begin(): void {
    account.busy++;
    account.mostBusy = Math.max(account.mostBusy, account.busy);
    busy++;
    stats.mostBusy = Math.max(stats.mostBusy, busy);
    stats.invocations++;
  }

  function end(
    instance: Instance,
    invocation: Invocation,
    { ms, coldMs }: Record<'ms' | 'coldMs', number>,
  ): void {
    account.busy--;
    busy--;
    if (invocation.kind === 'failed') stats.errors++;
    // Before its code starts, an environment costs nothing.
    const initMs = coldMs === 0 ? 0 : Math.min(coldMs, drawMs(random, LAMBDA.init));
    const billedMs = Math.ceil(Math.max(0, ms - coldMs) + initMs);
    stats.billedMs += billedMs;
    const units = (billedMs * MemorySize) / 1024;
    meter.count({ caller: name, service: 'lambda', operation: 'Invoke', requests: 1, units });
    const outcome: InvocationEnd['outcome'] =
      invocation.kind === 'returned' ? 'returned' : invocation.outcome;
    const told: InvocationEnd = {
      functionName: name,
      instance: instance.name,
      ms,
      isCold: coldMs > 0,
      held: { ...instance.held },
      outcome,
    };
    for (const watcher of watchers) watcher.invoked?.(told);
    kernel.trace.note(`${instance.name} ${outcome} after ${ms.toFixed(3)} ms`);
  }

  function run(instance: Instance, event: unknown, bytes: number, coldMs: number): Promise<Invocation> {
    const { promise, resolve } = Promise.withResolvers<Invocation>();
    const fail = (outcome: 'error' | 'timeout' | 'killed', message: string): void =>
      resolve({ kind: 'failed', outcome, message });
    const deadline = kernel.now() + coldMs + Timeout * 1000;
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
    const processorMs = PROCESSOR.invocation + (PROCESSOR.kilobyte * bytes) / 1024;
    instance.after(coldMs, processorMs, async () => {
      try {
        instance.handler ??= start(instance);
        const result = await (instance.handler as Handler)(event, context);
        instance.resume(() => resolve({ kind: 'returned', result }));
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
    timeoutMs: Timeout * 1000,
    instances,
    stats,
    invoke,
    get busy() {
      return busy;
    },
    replace: () => {
      replacedAt = kernel.now();
      for (const instance of [...idle]) instance.end();
    },
  };
}
