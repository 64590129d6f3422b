import * as z from 'zod';
import { PULL_DEFAULTS } from '../../destinations/pull.ts';

/** As long as SQS hides a message at most. */
export const LEASE_SECONDS = { min: 1, max: 12 * 3600 } as const;

/** A message that fails more often will not do better. */
const MAX_RECEIVES = 100;

export const leaseSeconds = z.int().min(LEASE_SECONDS.min).max(LEASE_SECONDS.max);

export const pullSettings = z
  .strictObject({
    leaseSeconds: leaseSeconds.optional().meta({
      description: `How long a consumer has what it has fetched, where the request does not say so; ${PULL_DEFAULTS.leaseSeconds} when left out.`,
    }),
    maxReceives: z
      .int()
      .min(1)
      .max(MAX_RECEIVES)
      .optional()
      .meta({
        description: `How often a message may be fetched; ${PULL_DEFAULTS.maxReceives} when left out. One that no consumer has acknowledged then is a dead letter, \`exhausted\`.`,
      }),
    inOrder: z.boolean().optional().meta({
      description:
        'Whether messages are only handed out once all before them are acknowledged, or dead: strictly one after the other, or as many as one request asks for. Without it, what a consumer has holds up nothing behind it.',
    }),
  })
  .meta({ description: 'The target’s owner fetches its messages: nothing is posted.' });
