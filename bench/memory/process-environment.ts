import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FunctionWorker, StartEnvironment } from '../../local/cloud.ts';
import type { FunctionError, Invocation } from '../../local/lambda/protocol.ts';

const SCRIPT = fileURLToPath(new URL('./function-process.js', import.meta.url));

type Answer =
  | { readonly payload: string; readonly peakBytes: number }
  | { readonly error: FunctionError; readonly peakBytes: number };

/**
 * Starts environments as processes. They reach the emulated services over HTTP, as other processes do.
 * @param onPeak gets the peak resident memory of a function's process, in bytes, after each invocation
 */
export function processEnvironments(onPeak: (bytes: number) => void): StartEnvironment {
  return ({ settings, env, onLine }): FunctionWorker => {
    const child = fork(SCRIPT, [JSON.stringify(settings)], {
      env: { ...env },
      execArgv: runtimeFlags(settings.memoryMb),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const gone = once(child, 'exit').then(() => {});
    const crashed = gone.then(() =>
      failure('crash', { errorType: 'Runtime.ExitError', errorMessage: '', stack: '' }),
    );
    return {
      thread: undefined,
      ready: Promise.race([once(child, 'message').then(() => undefined), crashed]),
      gone,
      invoke(event, trace) {
        const deadline = Date.now() + WAITS_MS;
        child.send({ event, trace, deadline, requestId: randomUUID() });
        const answered = once(child, 'message').then((message): Invocation => {
          const [answer] = message as [Answer];
          onPeak(answer.peakBytes);
          if ('payload' in answer) return { kind: 'returned', payload: answer.payload };
          onLine(answer.error.stack);
          return failure('error', answer.error);
        });
        return Promise.race([answered, crashed]);
      },
      async stop() {
        child.kill('SIGKILL');
        await gone;
      },
    };
  };
}

/** What functions are told of their remaining time; a busy machine is slower than Lambda. */
const WAITS_MS = 60_000;

/** The limits that Lambda's runtime gives Node: nine tenths of the memory, and a twentieth for each half of the new space. */
const runtimeFlags = (memoryMb: number): string[] => [
  `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
  `--max-semi-space-size=${Math.floor(memoryMb * 0.05)}`,
];

const failure = (cause: 'error' | 'crash', error: FunctionError): Invocation => ({
  kind: 'failed',
  cause,
  error,
});
