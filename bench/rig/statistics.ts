/** The percentile of these values by the nearest rank. @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
