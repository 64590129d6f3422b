import type { LongCalls } from '../long/long-process.ts';
import { startChild } from '../rig/child.ts';
import { row } from '../rig/table.ts';
import type { ParkingFigures } from './long-parking.ts';
import type { RetryFigures } from './long-retries.ts';

/** A day on a simulated clock: retries at their time, and no minute of parked deliveries skipped. */
export interface LongFigures {
  readonly retries: RetryFigures;
  readonly parking: ParkingFigures;
  readonly seconds: number;
}

export async function measureLong(size: 'full' | 'quick'): Promise<LongFigures> {
  const began = performance.now();
  const child = await startChild<LongCalls>('../long/long-process.ts', {});
  const retries = await child.call('retries', size);
  const parking = await child.call('parking', size);
  await child.stop();
  return { retries, parking, seconds: Math.round((performance.now() - began) / 1000) };
}

const GOAL = '-2000 to 2000';

export function printLong({ retries, parking, seconds }: LongFigures): void {
  console.log(`Retries of ${retries.deliveries} deliveries over ${retries.simulatedHours} simulated hours:`);
  console.table({
    'retries made': row(retries.made, String(retries.expected)),
    'whose time was seen before': row(retries.measured),
    'earliest, ms after its time': row(retries.earliest, GOAL),
    'p99, ms after its time': row(retries.p99),
    'latest, ms after its time': row(retries.latest, GOAL),
    'deliveries that did not end': row(retries.unfinished, '0'),
  });
  console.log(
    `\n${parking.parked} parked deliveries over ${parking.minutes} simulated minutes; of ${parking.runs + parking.leftOut} runs of release ${parking.leftOut} were left out and ${parking.cutOff} cut off:`,
  );
  console.table({
    'received in a lane': row(parking.received, String(parking.parked)),
    'received twice': row(parking.duplicates, 'only of runs cut off'),
    'earliest, ms after its time': row(parking.earliest, GOAL),
    'p99, ms after its time': row(parking.p99),
    'latest, ms after its time': row(parking.latest, GOAL),
    'more than 2 s after their time': row(parking.late, '0'),
    'minutes skipped': row(parking.skippedMinutes, '0'),
  });
  console.log(`\n${seconds} s of real time.`);
}
