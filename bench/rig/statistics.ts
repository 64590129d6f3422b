/** The percentile of these values by the nearest rank. @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** The median of these values; of an even number of them the higher one of the middle. */
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The same figures with the median of each number. A number that one of them lacks is 0 there. */
export function medians<T extends object>(all: readonly T[]): T {
  const keys = new Set(all.flatMap((one) => Object.keys(one) as (keyof T)[]));
  const entries = [...keys].map((key) => {
    const values = all.map((one) => one[key]);
    const isGroup = values.some((value) => typeof value === 'object');
    return [
      key,
      isGroup
        ? medians(values.map((value) => (value ?? {}) as object))
        : median(values.map((value) => Number(value ?? 0))),
    ];
  });
  return Object.fromEntries(entries) as T;
}
