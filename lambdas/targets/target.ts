import * as z from 'zod/mini';
import { described, entityKind } from '../config/entity.ts';
import { type ItemOf, texts } from '../values/item.ts';
import { loose } from '../values/loose.ts';
import { SIGNATURE_SCHEMES } from './signature-schemes/names.ts';

/** A key that signs: `whsec_…`, a plain text (sha256 scheme) or `whsk_…` (ed25519 scheme). */
const signingSecret = loose({
  value: z.string(),
  createdAt: z.string(),
  /** Set once it has been replaced: until then it signs together with its successor. RFC 3339. */
  expiresAt: z.optional(z.string()),
});

export type SigningSecret = Target['secrets'][number];

/** Where to send. */
export const TARGET = entityKind('target', {
  ...described,
  url: z.string(),
  /** URLs to be used instead, by the event's region. */
  regions: z.optional(texts),
  /** Sent with each delivery. */
  headers: z.optional(texts),
  signature: z.enum(SIGNATURE_SCHEMES),
  /** Newest first. */
  secrets: z.array(signingSecret),
  retry: loose({ schedule: z.array(z.number()), jitter: z.number() }),
  timeoutMs: z.number(),
  /** Whether answers of 400 to 499 are retried as well, 410 excepted; otherwise only 408, 425 and 429 are. */
  retryClientErrors: z.optional(z.boolean()),
  rateLimit: z.optional(loose({ perSecond: z.number() })),
  batching: z.optional(loose({ maxEvents: z.number(), maxSeconds: z.number() })),
  active: z.boolean(),
  /**
   * Set when the endpoint has to answer a challenge before it gets anything. The token names the challenge; a new
   * one makes earlier answers void.
   */
  challenge: z.optional(loose({ token: z.string(), at: z.string() })),
  /** The subscription that it was made with, and goes with. */
  owner: z.optional(z.string()),
});

export type Target = ItemOf<typeof TARGET>;

/** How long an endpoint may take to answer, in seconds. Standard Webhooks recommends 15 to 30. */
export const TIMEOUT_SECONDS = { min: 1, max: 30, default: 15 } as const;
