import type { Colours } from './colours.ts';
import { type Column, fieldValue, type Tone, textOf } from './value.ts';

const NO_LINES = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((name) => [name, '']),
);

const GAP = '  ';
/** A column narrower than this says nothing. */
const LEAST = 8;

export const inTone = (colours: Colours, tone: Tone | undefined, text: string): string => {
  if (!tone) return text;
  const paint = { good: colours.green, bad: colours.red, wait: colours.yellow, dim: colours.dim }[tone];
  return paint(text);
};

/** An id or a time: half of it is of no use, since people copy it into the next command. */
const isWhole = (text: string): boolean =>
  /^[a-z]{2,3}_([0-9A-Z]{26,}|[0-9a-f]{32})$/.test(text) || /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);

/**
 * Rows under their titles, without lines around them. On a terminal, columns that have no room are cut, the widest first, but
 * for ids and times. Where that is not enough, the last columns are left out.
 * @param width characters of a line; undefined where nothing is to be cut
 */
export async function tableOf(
  columns: readonly Column[],
  rows: readonly unknown[],
  colours: Colours,
  width: number | undefined,
): Promise<string> {
  // Loaded where there is a table, which help and errors have not.
  const { default: Table } = await import('cli-table3');
  const all = rows.map((row) => columns.map((column) => textOf(fieldValue(row, column))));
  const widths = fitting(
    columns.map(({ title }, at) => ({
      width: Math.max(title.length, ...all.map((row) => [...row[at]!].length)),
      isWhole: all.some((row) => isWhole(row[at]!)),
    })),
    width,
  );
  const cells = all.map((row) => row.slice(0, widths.length));
  const table = new Table({
    chars: { ...NO_LINES, middle: GAP },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    ...(width !== undefined && { colWidths: widths }),
    head: columns
      .slice(0, widths.length)
      .map(({ title }, at) => colours.dim(cut(title.toUpperCase(), widths[at]!))),
  });
  for (const row of cells) {
    table.push(row.map((text, at) => inTone(colours, columns[at]!.tone?.(text), cut(text, widths[at]!))));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const cut = (text: string, width: number): string => {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text;
};

interface Wanted {
  readonly width: number;
  readonly isWhole: boolean;
}

/** Takes from the widest column until all have room, and leaves out the last where that can't be. */
function fitting(columns: readonly Wanted[], width: number | undefined): number[] {
  const left = columns.map((one) => one.width);
  if (width === undefined) return left;
  let over = left.reduce((sum, one) => sum + one, 0) + GAP.length * (left.length - 1) - width;
  while (over > 0) {
    const cuttable = left.map((one, at) => (columns[at]!.isWhole ? 0 : one));
    const widest = Math.max(...cuttable);
    if (widest <= LEAST) return columns.length > 1 ? fitting(columns.slice(0, -1), width) : left;
    left[cuttable.indexOf(widest)]! -= 1;
    over -= 1;
  }
  return left;
}

/** Fields one below the other, with their names before them. */
export function recordOf(fields: readonly (readonly [string, string])[], colours: Colours): string {
  const width = Math.max(0, ...fields.map(([name]) => name.length));
  return fields
    .map(
      ([name, text]) =>
        `${colours.dim(name.padEnd(width))}${GAP}${text.replaceAll('\n', `\n${' '.repeat(width + GAP.length)}`)}`,
    )
    .join('\n');
}
