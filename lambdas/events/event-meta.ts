/**
 * Properties that a producer may give an event besides its type and payload.
 */

/** Most urgent first. A `critical` event waits behind no other; nothing waits for a `low` one. */
export const PRIORITIES = ['critical', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The name of a region, such as `eu-central-1` or `apac`: the producer's choice, and a key of a target's `regions`. */
export const REGION = /^[a-z0-9][a-z0-9-]{0,31}$/;
