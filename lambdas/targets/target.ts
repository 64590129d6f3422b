import * as z from 'zod/mini';
import { described, entityKind } from '../config/entity.ts';
import { anyObject, type ItemOf, texts } from '../values/item.ts';
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

const fields = {
  ...described,
  /** 2 where an older release would send wrongly: see `versionOf`. */
  v: z.optional(z.number()),
  /** What it is where it is no plain webhook, see `destinations/`. A kind that is not known is a newer release's. */
  kind: z.optional(z.string()),
  /** What its kind wants to know. Credentials may be among it. Its kind reads it. */
  settings: z.optional(anyObject<object>()),
  /** Where it posts; of a kind that makes its own URL, where it leads, without credentials. */
  url: z.string(),
  /** URLs to be used instead, by the event's region. */
  regions: z.optional(texts),
  /** A JSONata expression that makes the request of an event, see `transform/`. */
  transform: z.optional(z.string()),
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
  /** Of a secret with what proves to the endpoint who connects, within its tenant's. */
  clientCertificate: z.optional(z.string()),
  /** The subscription that it was made with, and goes with. */
  owner: z.optional(z.string()),
};

/** Where to send. */
export const TARGET = { ...entityKind('target', fields), version: 2 };

export type Target = ItemOf<typeof TARGET>;

/**
 * The version of a target's item. A release that knows webhooks alone refuses what has version 2: its deliveries wait until
 * the deployment has ended. It would post them to wherever `url` leads.
 */
export const versionOf = ({
  kind,
  transform,
  clientCertificate,
}: Pick<Target, 'kind' | 'transform' | 'clientCertificate'>): Pick<Target, 'v'> =>
  kind === undefined && transform === undefined && clientCertificate === undefined ? {} : { v: 2 };
