import nodeCrypto from 'node:crypto';
import { createRequire } from 'node:module';
import type { AwsAnswer, AwsRequest } from '../../lambdas/platform/aws/transport.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Random } from '../kernel/random.ts';
import type { Code, Parameter } from './bundle.ts';
import { HOST, type HostGlobals } from './replaced/host.ts';

/** What an environment's code runs in. */
export interface Surroundings {
  readonly kernel: Kernel;
  readonly random: Random;
  /** Its variables. The trace header of the present invocation is set in it. */
  readonly env: Record<string, string>;
  /** How far its clock is ahead of the others'. Milliseconds. */
  skewMs(): number;
  /** Runs what a timer has waited for, unless the environment stands still or is gone. */
  resume(run: () => void): void;
  /** A line that it prints. */
  print(text: string): void;
  readonly transport: (request: AwsRequest) => Promise<AwsAnswer>;
  readonly host: HostGlobals;
}

export type Handler = (event: unknown, context: object) => Promise<unknown>;

const requireHere = createRequire(import.meta.url);

/** Runs a function's code in an environment of its own. @returns its handler */
export function startCode(code: Code, surroundings: Surroundings): Handler {
  const { env, transport, host, print } = surroundings;
  const timers = virtualTimers(surroundings);
  const crypto = seededCrypto(surroundings.random);
  const module = { exports: {} as { handler?: Handler } };
  const modules = new Map<string, object>([
    [
      'timers/promises',
      { setTimeout: timers.sleep, setImmediate: (value: unknown) => timers.sleep(0, value) },
    ],
    ['crypto', crypto.module],
  ]);
  const write = (text: string): boolean => {
    print(text);
    return true;
  };
  const process = {
    env,
    stdout: { write },
    stderr: { write },
    pid: 1,
    version: globalThis.process.version,
    versions: globalThis.process.versions,
    nextTick: (run: (...given: unknown[]) => void, ...given: unknown[]) =>
      queueMicrotask(() => run(...given)),
    on: () => process,
    once: () => process,
    emitWarning: () => {},
  };
  modules.set('process', process);
  const load = (name: string): unknown => modules.get(name.replace(/^node:/, '')) ?? requireHere(name);
  const namespace = (name: string): object => {
    const own = modules.get(name.replace(/^node:/, ''));
    return own === undefined ? sharedNamespace(name) : { ...own, default: own };
  };
  const parameters: Record<Parameter, unknown> = {
    module,
    exports: module.exports,
    require: Object.assign(load, { namespace }),
    globalThis: { [Symbol.for('posthorn.transport')]: transport, [HOST]: host },
    process,
    Date: virtualDate(surroundings),
    Math: seededMath(surroundings.random),
    performance: { now: surroundings.kernel.now, timeOrigin: 0 },
    crypto: crypto.web,
    console: { log: print, error: print, warn: print, info: print },
    setTimeout: timers.setTimeout,
    clearTimeout: timers.clearTimeout,
    setInterval: refused('setInterval'),
    clearInterval: () => {},
    setImmediate: (run: (...given: unknown[]) => void, ...given: unknown[]) =>
      timers.setTimeout(run, 0, ...given),
    clearImmediate: timers.clearTimeout,
    AbortSignal: virtualSignals(surroundings),
    fetch: refused('fetch'),
  };
  code.start(parameters);
  const { handler } = module.exports;
  if (!handler) throw new Error(`expected ${code.folder} to export a handler`);
  return handler;
}

const namespaces = new Map<string, object>();

/** What `import * as` gives of a package that all environments share. */
function sharedNamespace(name: string): object {
  const known = namespaces.get(name);
  if (known) return known;
  const module = requireHere(name) as object;
  const made = { ...module, default: module };
  namespaces.set(name, made);
  return made;
}

const refused = (name: string) => (): never => {
  throw new Error(`${name} is not simulated`);
};

/** Dates of the environment's own clock, which counts whole milliseconds. */
function virtualDate({ kernel, skewMs }: Surroundings): DateConstructor {
  const now = (): number => Math.floor(kernel.now() + skewMs());
  return new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new Date(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

function seededMath(random: Random): Math {
  return Object.create(Math, { random: { value: random.next } }) as Math;
}

/** Random bytes come from the seed; all else of Node's module is as it is. */
function seededCrypto(random: Random) {
  const bytes = (size: number): Buffer => random.fill(Buffer.alloc(size));
  const uuid = (): string => {
    const hex = bytes(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  const web = { getRandomValues: random.fill, randomUUID: uuid, subtle: nodeCrypto.webcrypto.subtle };
  const module = {
    ...nodeCrypto,
    randomBytes: bytes,
    randomUUID: uuid,
    randomInt: (min: number, max?: number) =>
      max === undefined ? random.int(0, min - 1) : random.int(min, max - 1),
    randomFillSync: random.fill,
    getRandomValues: random.fill,
    webcrypto: web,
  };
  return { module, web };
}

/** Timers in virtual time. One that is cancelled does nothing. */
function virtualTimers({ kernel, resume }: Surroundings) {
  const start = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => {
    const timer = kernel.after(Math.max(ms, 0), () => resume(() => run(...given)));
    const handle = { cancel: timer.cancel, ref: () => handle, unref: () => handle, hasRef: () => true };
    return handle;
  };
  return {
    setTimeout: start,
    clearTimeout: (handle?: { cancel?: () => void } | number | null) => {
      if (typeof handle === 'object') handle?.cancel?.();
    },
    sleep(ms = 0, value?: unknown, { signal }: { signal?: AbortSignal } = {}): Promise<unknown> {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const handle = start(resolve, ms, value);
        signal?.addEventListener('abort', () => {
          handle.cancel();
          reject(signal.reason);
        });
      });
    },
  };
}

/** `AbortSignal`, whose timeouts are of virtual time. */
function virtualSignals({ kernel, resume }: Surroundings): typeof AbortSignal {
  const timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    kernel.after(ms, () =>
      resume(() =>
        controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
      ),
    );
    return controller.signal;
  };
  return new Proxy(AbortSignal, {
    get: (target, name) => (name === 'timeout' ? timeout : Reflect.get(target, name)),
  });
}
