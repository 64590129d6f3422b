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

/**
 * Rows under their titles, without lines around them. On a terminal, columns that have no room are cut, the widest first.
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
  const cells = rows.map((row) => columns.map((column) => textOf(fieldValue(row, column))));
  const widths = fitting(
    columns.map(({ title }, at) => Math.max(title.length, ...cells.map((row) => [...row[at]!].length))),
    width,
  );
  const table = new Table({
    chars: { ...NO_LINES, middle: GAP },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    ...(width !== undefined && { colWidths: widths }),
    head: columns.map(({ title }, at) => colours.dim(cut(title.toUpperCase(), widths[at]!))),
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

/** Takes from the widest column until all have room. */
function fitting(widths: readonly number[], width: number | undefined): number[] {
  const left = [...widths];
  if (width === undefined) return left;
  const room = width - GAP.length * (widths.length - 1);
  let over = left.reduce((sum, one) => sum + one, 0) - room;
  while (over > 0) {
    const widest = left.indexOf(Math.max(...left));
    if (left[widest]! <= LEAST) break;
    left[widest]! -= 1;
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
