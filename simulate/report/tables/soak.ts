import type { Soak } from '../results.ts';
import { number, numbers, table } from '../words.ts';

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, count) => all + count, 0);

/** What was run, what it found, and what it finds when old faults are put back. */
export function soakTables({ histories, faults, checks, failed, found, putBack }: Soak): string {
  const ran = `${number(histories)} histories, ${number(sum(faults))} faults of ${number(Object.keys(faults).length)} kinds, ${number(sum(checks))} checks of ${number(Object.keys(checks).length)} invariants: ${failed === 0 ? 'each holds' : `broken in ${number(failed)} histories`}.`;
  const mended = found.map(({ what, invariant, mended }) => [what, invariant, mended]);
  const old = putBack.map(({ what, invariant, histories }) => [what, invariant, number(histories)]);
  return [
    ran,
    ...(found.length === 0 ? [] : [table(['it found', 'by', 'now'], mended)]),
    ...(putBack.length === 0
      ? []
      : [table(['an old fault, put back', 'found by the invariant', numbers('after histories')], old)]),
  ].join('\n\n');
}
