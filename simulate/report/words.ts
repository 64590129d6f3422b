/** Numbers as a page shows them, and a table of cells. */

/** `12,345`, and below ten one digit after the point. */
export const number = (value: number): string =>
  value !== 0 && Math.abs(value) < 10 && !Number.isInteger(value)
    ? value.toFixed(1)
    : Math.round(value).toLocaleString('en-US');

/** `1.20`, in dollars. */
export const dollars = (value: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `8.4 ms`, `340 ms`, `1.2 s`. */
export const latency = (ms: number): string => (ms < 1000 ? `${number(ms)} ms` : duration(ms / 1000));

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `45 s`, `12 min`, `3.5 h`, `2.1 days`. */
export function duration(seconds: number): string {
  if (seconds < 2 * MINUTE) return `${number(seconds)} s`;
  if (seconds < 2 * HOUR) return `${number(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${number(seconds / HOUR)} h`;
  return `${number(seconds / DAY)} days`;
}

/** How many times as much: `1.40`, `12`. */
export const times = (ratio: number): string => (ratio < 10 ? ratio.toFixed(2) : number(ratio));

/** The column of a table: its head, and whether its cells are numbers. */
export type Column = string | { readonly head: string; readonly isNumber: true };

/** A column of numbers, which stand to the right. */
export const numbers = (head: string): Column => ({ head, isNumber: true });

const cellOf = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table in Markdown. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cellOf).join(' | ')} |`;
  const heads = columns.map((column) => (typeof column === 'string' ? column : column.head));
  const rule = columns.map((column) => (typeof column === 'string' ? '---' : '--:'));
  return [line(heads), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}
