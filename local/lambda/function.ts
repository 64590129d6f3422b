/** A function and its workers. A worker starts when an invocation has to wait, stays warm, and stops when idle. */
import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import type { Role } from '../core/access.ts';
import type { Log } from '../core/log.ts';
import type { Meter } from '../core/meter.ts';
import type { Emulator } from '../services/call.ts';
import { DECIDE_MS, decideGrowth, type Usage } from './growth.ts';
import { CHAIN_LIMIT, lineageName, lineageOf, merged, traceHeader } from './lineage.ts';
import { watchMachine } from './machine.ts';
import { platformLines } from './platform-lines.ts';
import { type FunctionError, failed, type Invocation } from './protocol.ts';
import { type FunctionWorker, type StartEnvironment, startWorker } from './worker.ts';

/** Lambda's limit for the request and the response of a synchronous invocation, in bytes. */
const PAYLOAD_LIMIT = 6_291_556;

export interface FunctionOptions {
  /** The construct's name, for logs and lookups. */
  readonly name: string;
  readonly physicalName: string;
  readonly arn: string;
  readonly role: Role;
  readonly codeDir: string;
  /** As in the template: `index.handler`. */
  readonly handler: string;
  readonly moduleFile: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** The emulated services, which its calls reach. */
  readonly services: Emulator;
  /** Their address, `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** Whether it may run again in a chain that has invoked it often already (RecursiveLoop: Allow). */
  readonly allowsLoops: boolean;
  /** ReservedConcurrentExecutions; without it only the sources' own limits hold. */
  readonly maxWorkers: number;
  readonly idleMs: number;
  /** Default: a worker thread for each environment. */
  readonly startEnvironment?: StartEnvironment | undefined;
  /** See SimulatedClock. */
  readonly clock?: SharedArrayBuffer | undefined;
  readonly log: Log;
  /** Gets each line of its log group. */
  readonly writeLog: (line: string) => void;
  /** Whether its log group gets Lambda's own warnings. */
  readonly logsFailures: boolean;
  readonly meter?: Meter | undefined;
}

interface FunctionStats {
  readonly invocations: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly crashes: number;
  readonly coldStarts: number;
  /** Invocations refused because their chain returned too often (RecursiveInvocationsDropped). */
  readonly loopsStopped: number;
  readonly workers: number;
}

export interface LocalFunction {
  readonly name: string;
  readonly arn: string;
  readonly role: Role;
  readonly timeoutMs: number;
  readonly accessKey: string;
  /**
   * Calls the function with an event as JSON text. Never rejects.
   * @param traces trace headers of the messages in the event. Default: a new chain begins
   */
  invokeText(event: string, traces?: readonly (string | undefined)[]): Promise<Invocation>;
  /** Calls the function. Rejects with the function's error. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends one live worker, as a crash would: the nth, or any. Returns whether there was one. */
  kill(index?: number): Promise<boolean>;
  stats(): FunctionStats;
  stop(): Promise<void>;
}

interface Pending {
  readonly since: number;
  readonly event: string;
  readonly trace: string;
  readonly resolve: (invocation: Invocation) => void;
}

/** Creates a function that starts its first worker with its first invocation. */
export function createFunction(options: FunctionOptions): LocalFunction {
  const { name, log, meter, startEnvironment = startWorker } = options;
  const live = new Set<FunctionWorker>();
  const idle: FunctionWorker[] = [];
  const idleTimers = new Map<FunctionWorker, NodeJS.Timeout>();
  const pending: Pending[] = [];
  const counts = { invocations: 0, errors: 0, timeouts: 0, crashes: 0, coldStarts: 0, loopsStopped: 0 };
  const ownName = lineageName(options.arn);
  let starting = 0;
  let growTimer: NodeJS.Timeout | undefined;
  let stopped = false;

  const print = (text: string): void => {
    log({ kind: 'function', functionName: name, text });
    options.writeLog(text);
    if (meter) {
      const units = Buffer.byteLength(text) + 1;
      meter.count({ caller: name, service: 'logs', operation: 'PutLogEvents', requests: 1, units });
    }
  };
  const bill = (operation: string, ms: number): void => {
    const units = (ms * options.memoryMb) / 1024;
    meter?.count({
      caller: name,
      service: 'lambda',
      operation,
      requests: operation === 'Invoke' ? 1 : 0,
      units,
    });
  };

  const threads = (): Worker[] => [...live].flatMap(({ thread }) => thread ?? []);

  const canGrow = (): boolean => !stopped && starting === 0 && live.size < options.maxWorkers;

  /** Starts one worker at a time: the next only if invocations still wait when this one gets its first. */
  function grow(): void {
    if (pending.length > 0 && canGrow()) void start();
  }

  async function start(): Promise<void> {
    starting++;
    counts.coldStarts++;
    const began = performance.now();
    const worker = startEnvironment({ ...workerOptions(options), onLine: print });
    live.add(worker);
    void worker.gone.then(() => forget(worker));
    const failure = await worker.ready;
    starting--;
    const initMs = performance.now() - began;
    bill('Init', initMs);
    if (failure) {
      const waiting = pending.shift();
      await worker.stop();
      if (waiting) waiting.resolve(reported(failure, randomUUID(), initMs));
    } else free(worker);
    growSoon();
  }

  /** @param usage goes on watching. Default: from now on */
  function growSoon(usage?: () => Usage): void {
    if (pending.length === 0 || growTimer || !canGrow()) return;
    growTimer = setTimeout(decide, live.size === 0 ? 0 : DECIDE_MS, usage ?? watchMachine(threads));
  }

  function decide(usage: () => Usage): void {
    growTimer = undefined;
    const oldest = pending[0];
    if (!oldest) return;
    const decision = live.size === 0 ? 'start' : decideGrowth(performance.now() - oldest.since, usage());
    if (decision === 'start') grow();
    else growSoon(decision === 'watch on' ? usage : undefined);
  }

  function forget(worker: FunctionWorker): void {
    live.delete(worker);
    clearTimeout(idleTimers.get(worker));
    idleTimers.delete(worker);
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
    growSoon();
  }

  function free(worker: FunctionWorker): void {
    if (!live.has(worker)) return;
    const next = pending.shift();
    if (next) return void run(worker, next);
    idle.push(worker);
    idleTimers.set(worker, setTimeout(retire, options.idleMs, worker).unref());
  }

  /** Takes the worker off the lists first: ending takes a moment, in which it must not get another invocation. */
  function retire(worker: FunctionWorker): void {
    forget(worker);
    void worker.stop();
  }

  async function run(
    worker: FunctionWorker,
    { event, trace, resolve }: Omit<Pending, 'since'>,
  ): Promise<void> {
    const began = performance.now();
    const requestId = randomUUID();
    const invocation = checkSize(await worker.invoke(event, trace, requestId));
    const durationMs = performance.now() - began;
    bill('Invoke', durationMs);
    resolve(reported(invocation, requestId, durationMs));
    // A worker that timed out or crashed is ending; `gone` takes it off the list.
    if (invocation.kind === 'returned' || invocation.cause === 'error') free(worker);
    else live.delete(worker);
  }

  /** Of an invocation that ran: with Lambda's own lines about it. */
  function reported(invocation: Invocation, requestId: string, durationMs: number): Invocation {
    const { memoryMb, logsFailures } = options;
    finished(invocation);
    if (!logsFailures || stopped) return invocation;
    const run = { requestId, durationMs, memoryMb, at: Date.now() };
    for (const line of platformLines(invocation, run)) print(line);
    return invocation;
  }

  function finished(invocation: Invocation): Invocation {
    counts.invocations++;
    if (invocation.kind === 'returned') return invocation;
    counts.errors++;
    if (invocation.cause === 'timeout') counts.timeouts++;
    if (invocation.cause === 'crash') counts.crashes++;
    if (invocation.cause === 'error')
      print(`ERROR\tInvoke Error\t${JSON.stringify(errorForLog(invocation.error))}`);
    else if (!stopped)
      log({
        kind: 'cloud',
        text: `${label(invocation.cause)}  function=${name} ${invocation.error.errorMessage}`,
      });
    return invocation;
  }

  /** Lambda refuses before the function runs: a message returns until its queue moves it to the dead-letter queue. */
  function stopLoop(): Invocation {
    counts.loopsStopped++;
    const text = `a chain of requests has invoked ${name} ${CHAIN_LIMIT} times, and it does not say RecursiveLoop: Allow`;
    log({ kind: 'cloud', text: `LoopStopped  ${text}` });
    return failed('error', 'RecursiveInvocationException', text);
  }

  async function invokeText(
    event: string,
    traces: readonly (string | undefined)[] = [],
  ): Promise<Invocation> {
    if (stopped) return failed('crash', 'ServiceException', 'the local cloud has stopped');
    if (tooLarge(event))
      return finished(failed('error', 'RequestTooLargeException', `payload over ${PAYLOAD_LIMIT} bytes`));
    const lineage = merged(traces.map(lineageOf));
    if (!options.allowsLoops && (lineage.get(ownName) ?? 0) >= CHAIN_LIMIT) return stopLoop();
    const trace = traceHeader(lineage, ownName);
    const { promise, resolve } = Promise.withResolvers<Invocation>();
    const worker = idle.pop();
    if (worker) {
      clearTimeout(idleTimers.get(worker));
      void run(worker, { event, trace, resolve });
    } else {
      pending.push({ since: performance.now(), event, trace, resolve });
      if (live.size === 0) grow();
      else growSoon();
    }
    return promise;
  }

  return {
    name,
    arn: options.arn,
    role: options.role,
    timeoutMs: options.timeoutMs,
    accessKey: options.env.AWS_ACCESS_KEY_ID ?? '',
    invokeText,

    async invoke(event) {
      const invocation = await invokeText(JSON.stringify(event));
      if (invocation.kind === 'returned') return JSON.parse(invocation.payload);
      const { errorType, errorMessage, stack } = invocation.error;
      throw Object.assign(new Error(errorMessage), { name: errorType, remoteStack: stack });
    },

    async kill(index) {
      const workers = [...live];
      const victim = workers[index ?? randomInt(Math.max(1, workers.length))];
      await victim?.stop();
      return victim !== undefined;
    },

    stats: () => ({ ...counts, workers: live.size }),

    async stop() {
      stopped = true;
      clearTimeout(growTimer);
      for (const { resolve } of pending.splice(0)) {
        resolve(failed('crash', 'ServiceException', 'the local cloud has stopped'));
      }
      await Promise.all([...live].map((worker) => worker.stop()));
    },
  };
}

function workerOptions(options: FunctionOptions) {
  const exportName = options.handler.slice(options.handler.lastIndexOf('.') + 1);
  const settings = {
    moduleUrl: pathToFileURL(join(options.codeDir, options.moduleFile)).href,
    exportName,
    functionName: options.physicalName,
    functionArn: options.arn,
    memoryMb: options.memoryMb,
    endpoint: options.endpoint,
    clock: options.clock,
  };
  const { name, env, timeoutMs, services } = options;
  return { name, settings, env, timeoutMs, services };
}

/** Counts bytes only of a text that could be over the limit. */
function tooLarge(text: string): boolean {
  return text.length * 3 > PAYLOAD_LIMIT && Buffer.byteLength(text) > PAYLOAD_LIMIT;
}

function checkSize(invocation: Invocation): Invocation {
  if (invocation.kind === 'failed' || !tooLarge(invocation.payload)) return invocation;
  return failed('error', 'Function.ResponseSizeTooLarge', `response over ${PAYLOAD_LIMIT} bytes`);
}

function label(cause: 'timeout' | 'crash'): string {
  return cause === 'timeout' ? 'Timeout' : 'Crash';
}

function errorForLog({ errorType, errorMessage, stack }: FunctionError): object {
  return { errorType, errorMessage, stack: stack.split('\n') };
}
