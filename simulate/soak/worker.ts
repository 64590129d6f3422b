import { parentPort, workerData } from 'node:worker_threads';
import { openWorkshop, type Workshop, type WorkshopOptions } from './workshop.ts';

/** A thread that runs histories, one after another, as it is asked to. */

export interface Order {
  readonly history: string;
}

let workshop: Promise<Workshop> | undefined;

parentPort!.on('message', async ({ history }: Order) => {
  workshop ??= openWorkshop(workerData as WorkshopOptions);
  try {
    parentPort!.postMessage(await (await workshop).runSeed(history));
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    parentPort!.postMessage({
      history,
      violations: [{ invariant: 'the simulation runs', text }],
      faults: {},
      requests: 0,
    });
  }
});
