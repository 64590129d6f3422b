import type { Rig } from './rig.ts';
import { memoryOf } from './usage.ts';

const SAMPLE_MS = 250;

/** Memory of the local cloud with all its functions, in MB: PSS, or resident where Linux does not say that. */
export async function rigMemory({ cloud }: Rig): Promise<number> {
  return ((await memoryOf(cloud.process.pid!)) ?? (await cloud.call('status')).resident) / 1e6;
}

/** Watches memory, in MB, from now until `stop`. */
export function mostMemory(rig: Rig): { stop(): Promise<number> } {
  let most = 0;
  let reading = Promise.resolve();
  const sample = (): void => {
    reading = reading.then(async () => {
      most = Math.max(most, await rigMemory(rig));
    });
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    async stop() {
      clearInterval(timer);
      sample();
      await reading;
      return most;
    },
  };
}
