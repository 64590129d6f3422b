import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BATCH, DELIVERY_SCALES, type LoadName, single, warmUp } from './delivery.ts';
import { LOADS, printTop } from './delivery-print.ts';
import type { Sent } from './rig/load.ts';
import { topBySelf } from './rig/profile-top.ts';
import type { ThreadProfile } from './rig/profiling.ts';
import { type Rig, startRig } from './rig/rig.ts';

/**
 * Profiles the local cloud's main thread and every worker under each load. Writes one `.cpuprofile` a thread, which
 * Chromium's developer tools open, to a folder for each load, and prints where most time went. A profile costs time
 * itself, so nothing else is measured.
 */
export async function profileDelivery(size: 'full' | 'quick', directory: string): Promise<void> {
  const scale = DELIVERY_SCALES[size];
  const rig = await startRig({ metered: false });
  try {
    await warmUp(rig);
    const profiles: [LoadName, ThreadProfile[]][] = [
      ['single64', await profiled(rig, () => rig.load.flood(0, scale.single, single(64)))],
      ['steady100', await profiled(rig, () => rig.load.steady(0, 100, scale.seconds))],
      ['batch', await profiled(rig, () => rig.load.flood(0, scale.batch, BATCH))],
    ];
    for (const [name, threads] of profiles) {
      write(join(directory, name), threads);
      printTop(`Most time of its own, ${LOADS[name]}, by function`, topBySelf(threads, 'function'));
      printTop(`The same by package or folder`, topBySelf(threads, 'package'));
    }
  } finally {
    await rig.stop();
  }
}

async function profiled(rig: Rig, publish: () => Promise<Sent[]>): Promise<ThreadProfile[]> {
  await rig.cloud.call('startProfile');
  const sent = await publish();
  await rig.arrived(sent.length);
  await rig.drained();
  const profiles = await rig.cloud.call('stopProfile');
  await rig.receiver.call('reset');
  return profiles;
}

function write(directory: string, threads: readonly ThreadProfile[]): void {
  mkdirSync(directory, { recursive: true });
  for (const [i, { thread, profile }] of threads.entries()) {
    writeFileSync(join(directory, `${thread}-${i}.cpuprofile`), JSON.stringify(profile));
  }
}
