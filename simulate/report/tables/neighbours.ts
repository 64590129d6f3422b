import { FLOODED, type Neighbours } from '../results.ts';
import { latency, number, numbers, table, times } from '../words.ts';

type Row = Neighbours['rows'][number];

/** Times that the others' p99 may be what it is without the flood, by how many times its share a tenant publishes. */
const GOALS: Readonly<Record<number, number>> = { 10: 1.5, 100: 2 };

/** How many times the others' p99 is what it is without the flood. */
export const ratioOf = ({ alone, beside }: Row): number => beside.p99 / alone.p99;

export const isMissed = (row: Row): boolean =>
  ratioOf(row) >= (GOALS[row.factor] ?? Number.POSITIVE_INFINITY);

export const factorsOf = ({ rows }: Neighbours): number[] =>
  [...new Set(rows.map(({ factor }) => factor))].sort((a, b) => a - b);

/** The row of a factor whose flood the others feel most. */
export const worstOf = ({ rows }: Neighbours, factor: number): Row | undefined =>
  rows.filter((row) => row.factor === factor).sort((a, b) => ratioOf(b) - ratioOf(a))[0];

/** Floods for endpoints that behave alike, by their size. */
export interface Kind {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** The kinds that were simulated: first those of endpoints that are so from the start. */
export function kindsOf({ rows }: Neighbours): Kind[] {
  const all = [false, true].flatMap((turns) =>
    FLOODED.map((endpoint) => ({
      name: turns ? `${endpoint} from then on` : endpoint,
      rows: rows.filter((row) => row.endpoint === endpoint && (row.turns ?? false) === turns),
    })),
  );
  return all.filter((kind) => kind.rows.length > 0);
}

export function neighboursTable(result: Neighbours): string {
  const factors = factorsOf(result);
  const cell = ({ rows }: Kind, factor: number): string => {
    const row = rows.find((each) => each.factor === factor);
    if (!row) return '';
    const ratio = isMissed(row) ? `**${times(ratioOf(row))}**` : times(ratioOf(row));
    return `${ratio}: ${latency(row.alone.p99)} → ${latency(row.beside.p99)}`;
  };
  return table(
    [
      'the flood is for an endpoint that is',
      ...factors.map((factor) => numbers(`${number(factor)}× its share`)),
    ],
    kindsOf(result).map((kind) => [kind.name, ...factors.map((factor) => cell(kind, factor))]),
  );
}
