/** A moment, for people. @param ms since the epoch */
export const timeText = (ms: number): string => new Date(ms).toISOString();

/** How long something took, for people. */
export const spanText = (ms: number): string =>
  Math.abs(ms) < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
