/** A delivery may be retried, and may wait, for a day from when its event was accepted. Its log is kept for longer. */
export const LIFETIME_SECONDS = 24 * 3600;
