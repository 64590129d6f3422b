/**
 * What a producer can say about an event besides its type and payload.
 */

/** Most urgent first. `critical` is for what must not wait behind anything, `low` for what nobody waits for. */
export const PRIORITIES = ['critical', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A region's name, such as `eu-central-1` or `apac`: the producer's choice, and a key of a target's `regions`. */
export const REGION = /^[a-z0-9][a-z0-9-]{0,31}$/;
