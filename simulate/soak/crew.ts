import { Worker } from 'node:worker_threads';
import type { Outcome, WorkshopOptions } from './workshop.ts';

/** What may be asked of a soak. */
export interface Wanted {
  readonly seed: number;
  readonly histories: number;
  readonly minutes: number;
  readonly threads: number;
  readonly workshop: WorkshopOptions;
}

/** Failing histories after which it stops. */
const MOST_FAILED = 5;
/** Between two lines that say how far it is. */
const SAYS_EVERY_MS = 60_000;

/** Hands seeds to threads until there are enough histories, the time is over, or too many have failed. */
export async function runAll(
  { seed, histories, minutes, threads, workshop }: Wanted,
  print: (text: string) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const ends = performance.now() + minutes * 60_000;
  let saidAt = performance.now();
  let next = 0;
  let failed = 0;

  function note(outcome: Outcome): void {
    outcomes.push(outcome);
    if (performance.now() - saidAt > SAYS_EVERY_MS) {
      print(`${outcomes.length} of ${histories} histories`);
      saidAt = performance.now();
    }
    if (outcome.violations.length === 0) return;
    failed++;
    for (const { invariant, text } of outcome.violations.slice(0, 3))
      print(`history ${outcome.history}: ${invariant}: ${text}`);
  }

  async function work(): Promise<void> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: workshop });
    try {
      while (next < histories && performance.now() < ends && failed < MOST_FAILED)
        note(await ask(worker, `${seed}-${next++}`));
    } finally {
      await worker.terminate();
    }
  }
  await Promise.all(Array.from({ length: Math.min(threads, histories) }, work));
  if (failed >= MOST_FAILED) print(`it ends early: ${failed} histories have failed`);
  else if (outcomes.length < histories)
    print(`it ends early: --minutes ${minutes} are over, with ${outcomes.length} of ${histories} histories`);
  return outcomes;
}

function ask(worker: Worker, history: string): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.postMessage({ history });
  return promise.finally(() => worker.removeAllListeners('error'));
}
