/** One execution environment: a worker thread that serves one invocation at a time until it ends. */
import { Worker } from 'node:worker_threads';
import { lineSplitter } from '../core/log.ts';
import { type Emulator, jsonAnswer, type ServiceAnswer, serviceCall } from '../services/call.ts';
import { countEnvironment } from './machine.ts';
import { type Call, failed, type Invocation, type Settings, type ToMain, type ToWorker } from './protocol.ts';

const BOOTSTRAP = new URL('./bootstrap.js', import.meta.url);

/** Of 2, 4, 8 and 16 MB, the value with the least memory under load, at the same speed. */
const YOUNG_GENERATION_MB = 2;

/**
 * Lambda runs a function on the main thread, with some 1 MB of stack. A worker's 4 MB would hide a recursion that is
 * too deep for Lambda.
 */
const STACK_MB = 1;

export interface WorkerOptions {
  /** The thread's name, as far as Linux keeps it: 15 characters. */
  readonly name: string;
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Answers the function's calls. */
  readonly services: Emulator;
  readonly onLine: (line: string) => void;
}

export interface FunctionWorker {
  /** Undefined where it is no thread of this process. */
  readonly thread: Worker | undefined;
  /** Settles when the bundle is loaded, or with its load error. */
  readonly ready: Promise<Invocation | undefined>;
  /** Settles when the thread is gone. */
  readonly gone: Promise<void>;
  /** @param trace the invocation's trace header, see lineage.ts */
  invoke(event: string, trace: string, requestId: string): Promise<Invocation>;
  stop(): Promise<void>;
}

export type StartEnvironment = (options: WorkerOptions) => FunctionWorker;

/** Starts a worker thread with the function's environment and none of this process's own. */
export function startWorker({
  name,
  settings,
  env,
  timeoutMs,
  services,
  onLine,
}: WorkerOptions): FunctionWorker {
  const worker = new Worker(BOOTSTRAP, {
    name,
    workerData: settings,
    env,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: settings.memoryMb,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      stackSizeMb: STACK_MB,
    },
  });
  countEnvironment(worker);
  const ready = Promise.withResolvers<Invocation | undefined>();
  const gone = Promise.withResolvers<void>();
  let finish: ((invocation: Invocation) => void) | undefined;
  let crash = 'Runtime exited without providing a reason';

  const settle = (invocation: Invocation): void => {
    finish?.(invocation);
    finish = undefined;
  };
  const printed = { stdout: lineSplitter(onLine), stderr: lineSplitter(onLine) };
  // Of a function that prints, its messages tell. Node.js itself prints here.
  for (const stream of ['stdout', 'stderr'] as const)
    worker[stream].setEncoding('utf8').on('data', printed[stream]);
  let outbox: ToWorker[] = [];
  /** Messages of one turn of the event loop go together: each parcel wakes the worker. */
  const post = (message: ToWorker): void => {
    if (outbox.push(message) > 1) return;
    process.nextTick(() => {
      worker.postMessage(outbox);
      outbox = [];
    });
  };
  /** A function may send anything; nothing of it may end this process. */
  async function answerOf(call: Omit<Call, 'kind' | 'id'>): Promise<ServiceAnswer> {
    try {
      return await services.answer(serviceCall(call));
    } catch (error) {
      return jsonAnswer(400, 'application/json', { message: `not a request: ${error}` });
    }
  }
  async function answer({ kind, id, ...call }: Call): Promise<void> {
    const { status, headers, body } = await answerOf(call);
    post({ kind: 'answer', id, answer: { status, headers, body: body.toString() } });
  }
  const take = (message: ToMain): void => {
    if (message.kind === 'call') void answer(message);
    else if (message.kind === 'printed') printed[message.stream](message.text);
    else if (message.kind === 'returned') settle(message);
    else if (message.kind === 'threw') settle({ kind: 'failed', cause: 'error', error: message.error });
    else if (message.kind === 'ready') ready.resolve(undefined);
    else ready.resolve({ kind: 'failed', cause: 'error', error: message.error });
  };
  worker.on('message', (parcel: readonly ToMain[]) => parcel.forEach(take));
  worker.on('error', (error: Error) => {
    crash = `${error.name}: ${error.message}`;
    onLine(error.stack ?? crash);
  });
  worker.on('exit', () => {
    const invocation = failed('crash', 'Runtime.ExitError', crash);
    ready.resolve(invocation);
    settle(invocation);
    gone.resolve();
  });

  return {
    thread: worker,
    ready: ready.promise,
    gone: gone.promise,
    invoke(event, trace, requestId) {
      const { promise, resolve } = Promise.withResolvers<Invocation>();
      const timer = setTimeout(() => {
        settle(
          failed(
            'timeout',
            'Sandbox.Timedout',
            `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
          ),
        );
        void worker.terminate();
      }, timeoutMs);
      finish = (invocation) => {
        clearTimeout(timer);
        resolve(invocation);
      };
      const deadline = Date.now() + timeoutMs;
      post({ kind: 'invoke', requestId, event, trace, deadline });
      return promise;
    },
    async stop() {
      await worker.terminate();
    },
  };
}
