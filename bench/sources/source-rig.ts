import { type Rig, startRig } from '../rig/rig.ts';
import type { Sender, Sending } from './senders.ts';

/** The rig, and a source of its environment. */
export interface SourceRig {
  readonly rig: Rig;
  readonly send: Sending['send'];
  stop(): Promise<void>;
}

/** Records until functions have started and the endpoint is proven. */
export const WARM_UP = 50;
/** Whoever reads a topic from its end has to be there before the first record that counts. */
const TRIES = 20;

/** Starts it, and publishes the first `WARM_UP` numbers. */
export async function startSource(sender: Sender, { metered }: { metered: boolean }): Promise<SourceRig> {
  const broker = await sender.startBroker?.();
  const rig = await startRig({ metered, ...(broker && { kafkaBrokers: [broker.address] }) });
  const sending = await sender.connect(await rig.cloud.call('operator'), broker?.address);
  const stop = async (): Promise<void> => {
    await sending.close();
    await rig.stop();
    await broker?.stop();
  };
  try {
    for (let tries = 0; tries < TRIES && (await rig.receiver.call('seen')) === 0; tries++) {
      await sending.send([0]);
      await rig.arrived(1, 3000);
    }
    for (const n of range(1, WARM_UP - 1)) await sending.send([n]);
    await rig.arrived(WARM_UP);
    await rig.drained();
    return { rig, send: sending.send, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);
