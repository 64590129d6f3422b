/** Numbers as pages show them. */

const COUNT = new Intl.NumberFormat('en', { useGrouping: true });
const THIN_SPACE = '\u2009';

/** `12 345`, with thin spaces that do not break. */
export const countText = (count: number): string => COUNT.format(count).replaceAll(',', THIN_SPACE);

/** `97.8 %`. What is not all is never shown as 100. @param share from 0 to 1 */
export function shareText(share: number): string {
  const percent = share * 100;
  const rounded = share < 1 ? Math.min(99.9, Math.round(percent * 10) / 10) : 100;
  return `${rounded}${THIN_SPACE}%`;
}

/** `1 endpoint`, `12 endpoints`. */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : many}`;

/** `27.4 kB`. @param bytes */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${Math.round(value * 10) / 10} ${unit}`;
}
