/** The erasing of a tenant, as far as it has come. */
export interface Erasure {
  readonly tenant: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Set when everything was gone for the first time. */
  readonly sweptAt?: string | undefined;
}

/**
 * Until the last retry has ended (a schedule spans at most a day) outcomes of deliveries that were under way are
 * still being written; an hour more is for the queues. So everything is swept once more after that.
 */
const LAST_SWEEP_AFTER_MS = 25 * 3_600_000;

/** What is to be done for an erasure now. `sweep`: for the first time; `wait`; `finish`: sweep again, and end it. */
export function erasureStep(
  { startedAt, sweptAt }: Pick<Erasure, 'startedAt' | 'sweptAt'>,
  now: number,
): 'sweep' | 'wait' | 'finish' {
  if (!sweptAt) return 'sweep';
  return now < Date.parse(startedAt) + LAST_SWEEP_AFTER_MS ? 'wait' : 'finish';
}
