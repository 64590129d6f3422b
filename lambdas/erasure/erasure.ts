/** How far the erasing of a tenant has come. */
export interface Erasure {
  readonly tenant: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Set when everything was gone for the first time. */
  readonly sweptAt?: string | undefined;
}

/**
 * Outcomes of deliveries that were under way are still written until the last retry has ended: a schedule spans a day at
 * most, and an hour more is for the queues. After that everything is swept once more.
 */
const LAST_SWEEP_AFTER_MS = 25 * 3_600_000;

/** What to do for an erasure now: `sweep` for the first time, `wait`, or `finish`: sweep again, and end it. */
export function erasureStep(
  { startedAt, sweptAt }: Pick<Erasure, 'startedAt' | 'sweptAt'>,
  now: number,
): 'sweep' | 'wait' | 'finish' {
  if (!sweptAt) return 'sweep';
  return now < Date.parse(startedAt) + LAST_SWEEP_AFTER_MS ? 'wait' : 'finish';
}
