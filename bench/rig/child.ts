import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Calls into another process, answered one after another. */
export interface Child<Calls extends CallTable> {
  call<N extends keyof Calls & string>(name: N, ...args: Calls[N]['args']): Promise<Calls[N]['result']>;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export type CallTable = Record<string, { args: unknown[]; result: unknown }>;

/** As in `npm start`. */
const EXEC_ARGV = [
  '--max-semi-space-size=8',
  '--import',
  new URL('../../local/lean-process.js', import.meta.url).href,
];

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Starts a script of this folder as a process. @param options its first argument */
export async function startChild<Calls extends CallTable>(
  script: string,
  options: object,
): Promise<Child<Calls>> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  // A process that begins anew would lose its channel, so it begins as lean-process.js would have it.
  const env = { ...process.env, MALLOC_ARENA_MAX: '1' };
  const child = fork(file, [JSON.stringify(options)], {
    serialization: 'advanced',
    execArgv: EXEC_ARGV,
    env,
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  const ready = Promise.withResolvers<void>();
  child.on('message', (message: 'ready' | Answer) => {
    if (message === 'ready') return ready.resolve();
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) call?.reject(new Error(message.error));
    else call?.resolve(message.result);
  });
  child.on('exit', (code) => ready.reject(new Error(`${script} ended with code ${code}`)));
  await ready.promise;
  return {
    process: child,
    async call(name, ...args) {
      const id = calls++;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(id, answer);
      child.send({ id, name, args });
      return (await answer.promise) as never;
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** The child's side: answers calls until the parent disconnects. */
export function serveParent<Calls extends CallTable>(
  handlers: {
    [N in keyof Calls]: (...args: Calls[N]['args']) => Promise<Calls[N]['result']> | Calls[N]['result'];
  },
  onEnd: () => Promise<void>,
): void {
  process.on(
    'message',
    async ({ id, name, args }: { id: number; name: string; args: Calls[string]['args'] }) => {
      try {
        process.send?.({ id, result: await handlers[name]!(...args) });
      } catch (error) {
        process.send?.({ id, error: String(error) });
      }
    },
  );
  process.on('disconnect', async () => {
    await onEnd();
    process.exit(0);
  });
  process.send?.('ready');
}

export const childOptions = <T>(): T => JSON.parse(process.argv[2] ?? '{}') as T;
