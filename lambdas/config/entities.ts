import * as z from 'zod/mini';
import { SCOPES } from '../access/scopes.ts';
import type { Condition } from '../matching/language/condition.ts';
import type { Span } from '../matching/language/during.ts';
import type { SignatureScheme } from '../targets/signature.ts';
import { anyObject, type ItemOf, itemKind, texts } from '../values/item.ts';
import { loose } from '../values/loose.ts';

/** What the config table holds. Each kind is a schema, by which its items are checked (see `item.ts`), and its type. */

/** What all configured things have. */
const entity = {
  id: z.string(),
  /** RFC 3339. */
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Rises with each write; the entity's ETag. */
  revision: z.number(),
  /** Set when its deletion has begun: nothing of it can be used any more. RFC 3339. */
  deletedAt: z.optional(z.string()),
};
const ENTITY = itemKind('entity', entity);
export type Entity = ItemOf<typeof ENTITY>;

const described = {
  name: z.optional(z.string()),
  description: z.optional(z.string()),
  metadata: z.optional(texts),
};

/** A key that signs: `whsec_…`, a plain text (sha256 scheme) or `whsk_…` (ed25519 scheme). */
const signingSecret = loose({
  value: z.string(),
  createdAt: z.string(),
  /** Set once it has been replaced: until then it signs together with its successor. RFC 3339. */
  expiresAt: z.optional(z.string()),
});
export type SigningSecret = Target['secrets'][number];

/** Where to send. */
export const TARGET = itemKind('target', {
  ...entity,
  ...described,
  url: z.string(),
  /** URLs to be used instead, by the event's region. */
  regions: z.optional(texts),
  /** Sent with each delivery. */
  headers: z.optional(texts),
  signature: z.enum(['standard', 'sha256', 'ed25519'] satisfies SignatureScheme[]),
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

/** What to send. Conditions and spans are checked no deeper here: fanout compiles them, and there are ten thousand to a tenant. */
export const FILTER = itemKind('filter', {
  ...entity,
  ...described,
  /** Event type patterns; any of them is enough. */
  events: z.array(z.string()),
  where: z.optional(anyObject<Condition>()),
  /** RFC 9535, over the event with its payload as `data`; holds when it selects anything. */
  jsonpath: z.optional(z.string()),
  /** Any of them is enough. */
  during: z.optional(
    z.custom<Span | readonly Span[]>((value) => typeof value === 'object' && value !== null, 'spans'),
  ),
  /** One that is not matches nothing. */
  active: z.boolean(),
  owner: z.optional(z.string()),
});

export type Filter = ItemOf<typeof FILTER>;

/** Binds a target and a filter. Only active subscriptions get events. */
export const SUBSCRIPTION = itemKind('subscription', {
  ...entity,
  ...described,
  targetId: z.string(),
  filterId: z.string(),
  active: z.boolean(),
});

export type Subscription = ItemOf<typeof SUBSCRIPTION>;

/** What matching reads of filters and subscriptions. Their ids are in their sort keys. */
const { active, events, where, jsonpath, during } = FILTER.fields;
const { targetId, filterId } = SUBSCRIPTION.fields;
const sk = z.string();
export const MATCHED_FILTER = itemKind('filter', { sk, active, events, where, jsonpath, during });
export const MATCHED_SUBSCRIPTION = itemKind('subscription', { sk, active, targetId, filterId });
/** Where a subscription leads. */
export const LEADS_TO = itemKind('subscription', { id: z.string(), targetId });

/** A kind of event that a tenant publishes, for its catalogue and for checks at the door. Its id is its name. */
export const EVENT_TYPE = itemKind('event type', {
  ...entity,
  description: z.optional(z.string()),
  /**
   * JSON Schema, draft 2020-12, of the payload. This and the sample are JSON texts, since DynamoDB takes no more than 32
   * levels of its own.
   */
  schema: z.optional(z.string()),
  sample: z.optional(z.string()),
  version: z.string(),
  deprecated: z.boolean(),
});

export type EventType = ItemOf<typeof EVENT_TYPE>;

/** What ingest does with a payload that does not fit its event type's schema. */
export const SCHEMA_CHECKS = ['off', 'warn', 'enforce'] as const;
export type SchemaCheck = (typeof SCHEMA_CHECKS)[number];

/** How many things a tenant may have, and how large a payload may be. */
export interface TenantLimits {
  readonly targets: number;
  readonly filters: number;
  readonly subscriptions: number;
  readonly eventTypes: number;
  readonly keys: number;
  readonly payloadBytes: number;
}

/** A customer whose data is kept apart. */
export const TENANT = itemKind('tenant', {
  ...entity,
  name: z.string(),
  /** An email address, for whoever runs the environment. */
  contact: z.optional(z.string()),
  /** Those that differ from the defaults. */
  limits: z.optional(
    loose({
      targets: z.exactOptional(z.number()),
      filters: z.exactOptional(z.number()),
      subscriptions: z.exactOptional(z.number()),
      eventTypes: z.exactOptional(z.number()),
      keys: z.exactOptional(z.number()),
      payloadBytes: z.exactOptional(z.number()),
    }),
  ),
  /** How long events and deliveries can be looked up; the environment's setting where it is left out. */
  logRetentionHours: z.optional(z.number()),
  schemaCheck: z.enum(SCHEMA_CHECKS),
  metadata: z.optional(texts),
});

export type Tenant = ItemOf<typeof TENANT>;

/** What a program calls the API with. The key itself is nowhere: it is shown once, and kept as a hash. */
export const API_KEY = itemKind('key', {
  ...entity,
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  /** Newest first; those that were replaced have an end. */
  secrets: z.array(loose({ hash: z.string(), createdAt: z.string(), expiresAt: z.optional(z.string()) })),
  /** RFC 3339. */
  expiresAt: z.optional(z.string()),
});

export type ApiKey = ItemOf<typeof API_KEY>;

/** A tenant's version. */
export const VERSION = itemKind('version', { version: z.number() });
/** Leads from a subscription to its tenant. */
export const ADDRESS = itemKind('address', { tenant: z.string() });

/** How long an endpoint may take to answer, in seconds. Standard Webhooks recommends 15 to 30. */
export const TIMEOUT_SECONDS = { min: 1, max: 30, default: 15 } as const;
