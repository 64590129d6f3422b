import type { Scale, ScaleRow } from '../report/results.ts';
import { scaleTable } from '../report/tables/scale.ts';
import { FULL, QUICK } from './scale-rows.ts';
import { measure } from './scale-world.ts';
import type { ScenarioOptions } from './scenario.ts';

const PAYLOAD_BYTES = 1024;

/** What each load takes, and which limit it meets first. */
export async function run({ seed, isQuick, command, print }: ScenarioOptions): Promise<Scale> {
  const plans = isQuick ? QUICK : FULL;
  const rows: ScaleRow[] = [];
  for (const plan of plans) {
    const row = await measure(seed, plan, PAYLOAD_BYTES);
    rows.push(row);
    print(lineOf(row));
  }
  const simulatedSeconds = plans.reduce((sum, { measuredMs }) => sum + (measuredMs + AROUND_MS) / 1000, 0);
  const work = {
    tenants: 1000,
    payloadKb: PAYLOAD_BYTES / 1024,
    answer: { p50: 30, p99: 150 },
  };
  const scale: Scale = { scenario: 'scale', run: { command, seed, simulatedSeconds }, work, rows };
  print(`\n${scaleTable(scale)}`);
  return scale;
}

/** Of each world, beside what is measured. */
const AROUND_MS = 13_000;

function lineOf({
  load,
  perSecond,
  deliveredPerSecond,
  latency,
  processorSeconds,
  dollarsPerMillion,
  bites,
}: ScaleRow): string {
  const figures = [
    `${perSecond} a second (${load})`.padEnd(30),
    `${Math.round(deliveredPerSecond)} delivered`,
    `p50 ${Math.round(latency.p50)} ms, p99 ${Math.round(latency.p99)} ms`,
    `${processorSeconds.toFixed(2)} processors`,
    `$${dollarsPerMillion.toFixed(2)} a million`,
    bites ?? 'no limit',
  ];
  return figures.join(' · ');
}
