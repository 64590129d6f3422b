import { isStored } from './batches.ts';
import type { Counts } from './counts.ts';
import type { PayloadUnits } from './metered.ts';
import { NO_UNITS, type Units } from './units.ts';

/** What a payload of this size asks beyond one of 1 KB. Between the sizes that were counted, a straight line. */
export function payloadUnits(
  kb: number,
  counted: readonly PayloadUnits[],
  { events, attempts }: Counts,
): Units {
  const least = counted[0]!;
  const { eventWrites, puts, gets } = isStored({ payloadKb: kb })
    ? counted.at(-1)!
    : between(
        kb,
        counted.filter((one) => one.puts === 0),
      );
  return {
    ...NO_UNITS,
    writes: events * Math.max(0, eventWrites - least.eventWrites),
    puts: events * puts,
    gets: attempts * gets,
  };
}

function between(kb: number, sizes: readonly PayloadUnits[]): PayloadUnits {
  const over = sizes.findIndex((one) => one.kb >= kb);
  const [low, high] = [sizes[over - 1], sizes[over] ?? sizes.at(-1)!];
  if (!low) return high;
  const share = (kb - low.kb) / (high.kb - low.kb);
  return { ...high, eventWrites: low.eventWrites + share * (high.eventWrites - low.eventWrites) };
}
