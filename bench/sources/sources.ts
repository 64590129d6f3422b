import { type FloodFigures, type FloodScale, measureFlood, printFlood } from './flood.ts';
import { measureSource, printRows, type RowsScale, type SourceRow } from './rows.ts';
import { SENDERS, SOURCE_KINDS, type SourceKind } from './senders.ts';

/** What sources cost and how fast they are, or what a flood of one does to another tenant's API traffic. */
export interface SourcesFigures {
  readonly rows: readonly SourceRow[];
  readonly flood?: FloodFigures;
}

interface Scale {
  readonly row: RowsScale;
  readonly flood: FloodScale;
}

const SCALES: Record<'full' | 'quick', Scale> = {
  full: { row: { single: 200, rounds: 60 }, flood: { rounds: 5, seconds: 15 } },
  quick: { row: { single: 20, rounds: 8 }, flood: { rounds: 2, seconds: 5 } },
};

/** @param flooded measures the flood of this source, and no rows */
export async function measureSources(
  size: 'full' | 'quick',
  flooded: SourceKind | undefined,
): Promise<SourcesFigures> {
  const kinds = (flooded === undefined ? SOURCE_KINDS : [flooded]).filter(isHere);
  const scale = SCALES[size];
  const rows: SourceRow[] = [];
  if (flooded === undefined) {
    for (const kind of kinds) rows.push(await measureSource(SENDERS[kind], scale.row));
    return { rows };
  }
  return kinds.length === 0 ? { rows } : { rows, flood: await measureFlood(SENDERS[flooded], scale.flood) };
}

function isHere(kind: SourceKind): boolean {
  const missing = SENDERS[kind].missing?.();
  if (missing !== undefined) console.log(`${kind} is skipped: ${missing}`);
  return missing === undefined;
}

export function printSources({ rows, flood }: SourcesFigures): void {
  if (rows.length > 0) printRows(rows);
  if (flood) printFlood(flood);
}
