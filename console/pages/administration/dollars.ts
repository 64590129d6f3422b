/** `$2.89`, `$0.0041`: two digits that say something. */
export function dollarText(dollars: number): string {
  if (dollars === 0 || dollars >= 0.01) return `$${dollars.toFixed(2)}`;
  return `$${Number(dollars.toPrecision(2))}`;
}

/** The months that a viewer may ask for, the present one first: `2026-11`. @param now milliseconds since the epoch */
export function months(now: number, count = 13): string[] {
  const date = new Date(now);
  return Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - i, 1)).toISOString().slice(0, 7),
  );
}
