import type { FilterParts } from './matching/filter.ts';
import type { RetryPolicy } from './retry-policy.ts';
import type { Scope } from './scopes.ts';
import type { SignatureScheme } from './signature.ts';

/** What all configured things have. */
export interface Entity {
  readonly id: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Rises with each write; the entity's ETag. */
  readonly revision: number;
  /** Set when its deletion has begun: nothing of it can be used any more. RFC 3339. */
  readonly deletedAt?: string | undefined;
}

/** A key that signs: `whsec_…`, a plain text (sha256 scheme) or `whsk_…` (ed25519 scheme). */
export interface SigningSecret {
  readonly value: string;
  readonly createdAt: string;
  /** Set once it has been replaced: until then it signs together with its successor. RFC 3339. */
  readonly expiresAt?: string | undefined;
}

/** Where to send. */
export interface Target extends Entity {
  readonly name?: string | undefined;
  readonly url: string;
  /** URLs to be used instead, by the event's region. */
  readonly regions?: Readonly<Record<string, string>> | undefined;
  /** Sent with each delivery. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signature: SignatureScheme;
  /** Newest first. */
  readonly secrets: readonly SigningSecret[];
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  /** Whether answers of 400 to 499 are retried as well, 410 excepted; otherwise only 408, 425 and 429 are. */
  readonly retryClientErrors?: boolean | undefined;
  readonly rateLimit?: { readonly perSecond: number } | undefined;
  readonly batching?: { readonly maxEvents: number; readonly maxSeconds: number } | undefined;
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly active: boolean;
  /**
   * Set when the endpoint has to answer a challenge before it gets anything. The token names the challenge; a new
   * one makes earlier answers void.
   */
  readonly challenge?: { readonly token: string; readonly at: string } | undefined;
  /** The subscription that it was made with, and goes with. */
  readonly owner?: string | undefined;
}

/** What to send. */
export interface Filter extends Entity, FilterParts {
  readonly name?: string | undefined;
  /** One that is not matches nothing. */
  readonly active: boolean;
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly owner?: string | undefined;
}

/** Binds a target and a filter. Only active subscriptions get events. */
export interface Subscription extends Entity {
  readonly name?: string | undefined;
  readonly targetId: string;
  readonly filterId: string;
  readonly active: boolean;
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** A kind of event that a tenant publishes, for its catalogue and for checks at the door. Its id is its name. */
export interface EventType extends Entity {
  readonly description?: string | undefined;
  /**
   * JSON Schema, draft 2020-12, of the payload. This and the sample are JSON texts, since DynamoDB takes no more than 32
   * levels of its own.
   */
  readonly schema?: string | undefined;
  readonly sample?: string | undefined;
  readonly version: string;
  readonly deprecated: boolean;
}

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
export interface Tenant extends Entity {
  readonly name: string;
  /** An email address, for whoever runs the environment. */
  readonly contact?: string | undefined;
  /** Those that differ from the defaults. */
  readonly limits?: Partial<TenantLimits> | undefined;
  /** How long events and deliveries can be looked up; the environment's setting where it is left out. */
  readonly logRetentionHours?: number | undefined;
  readonly schemaCheck: SchemaCheck;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What a program calls the API with. The key itself is nowhere: it is shown once, and kept as a hash. */
export interface ApiKey extends Entity {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Newest first; those that were replaced have an end. */
  readonly secrets: readonly {
    readonly hash: string;
    readonly createdAt: string;
    readonly expiresAt?: string;
  }[];
  /** RFC 3339. */
  readonly expiresAt?: string | undefined;
}

/** How long an endpoint may take to answer, in seconds. Standard Webhooks recommends 15 to 30. */
export const TIMEOUT_SECONDS = { min: 1, max: 30, default: 15 } as const;
