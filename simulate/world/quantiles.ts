/** By the nearest rank, one for each share, such as 0.99; 0 of nothing. */
export function quantiles<S extends readonly number[]>(
  values: readonly number[],
  ...shares: S
): { readonly [K in keyof S]: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return shares.map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) as {
    readonly [K in keyof S]: number;
  };
}
