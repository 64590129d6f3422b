import { parentPort, workerData } from 'node:worker_threads';
import { openWorkshop, type WorkshopOptions } from './workshop.ts';

/** A thread that runs histories, one after another, as it is asked to. */

interface Order {
  readonly history: string;
}

const workshop = openWorkshop(workerData as WorkshopOptions);

parentPort!.on('message', async ({ history }: Order) => {
  parentPort!.postMessage(await (await workshop).runSeed(history));
});
