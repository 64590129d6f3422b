import type { Year } from '../results.ts';
import { dollars, number, numbers, table } from '../words.ts';

export const monthOf = (row: Year['rows'][number]): number =>
  Object.values(row.byService).reduce((sum, each) => sum + each, 0);

/** One column for each environment, one row for each service, the dearest first. */
export function yearTable({ rows }: Year): string {
  const services = [...new Set(rows.flatMap(({ byService }) => Object.keys(byService)))];
  const all = (service: string): number =>
    rows.reduce((sum, { byService }) => sum + (byService[service] ?? 0), 0);
  const sorted = services.sort((a, b) => all(b) - all(a) || a.localeCompare(b, 'en'));
  return table(
    ['$ a month', ...rows.map(({ name }) => numbers(name))],
    [
      ['deliveries a month', ...rows.map(({ deliveriesAMonth }) => number(deliveriesAMonth))],
      ...sorted.map((service) => [service, ...rows.map(({ byService }) => dollars(byService[service] ?? 0))]),
      ['**in all**', ...rows.map((row) => `**${dollars(monthOf(row))}**`)],
    ],
  );
}
