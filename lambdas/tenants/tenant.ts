import * as z from 'zod/mini';
import { entity } from '../config/entity.ts';
import { type ItemOf, itemKind, texts } from '../values/item.ts';
import { loose } from '../values/loose.ts';

/** What ingest does with a payload that fails its event type's schema. */
export const SCHEMA_CHECKS = ['off', 'warn', 'enforce'] as const;

export type SchemaCheck = (typeof SCHEMA_CHECKS)[number];

/** How many of each kind a tenant may have, and how large a payload may be. */
export interface TenantLimits {
  readonly targets: number;
  readonly filters: number;
  readonly subscriptions: number;
  readonly eventTypes: number;
  readonly keys: number;
  /** Valid at the same time. */
  readonly portalTokens: number;
  readonly alertRules: number;
  readonly payloadBytes: number;
}

/** A customer whose data is kept apart. */
export const TENANT = itemKind('tenant', {
  ...entity,
  name: z.string(),
  /** An email address, for the operator. */
  contact: z.optional(z.string()),
  /** Limits that differ from the defaults. */
  limits: z.optional(
    loose({
      targets: z.exactOptional(z.number()),
      filters: z.exactOptional(z.number()),
      subscriptions: z.exactOptional(z.number()),
      eventTypes: z.exactOptional(z.number()),
      keys: z.exactOptional(z.number()),
      portalTokens: z.exactOptional(z.number()),
      alertRules: z.exactOptional(z.number()),
      payloadBytes: z.exactOptional(z.number()),
    }),
  ),
  /** How long events and deliveries can be looked up; the environment's setting where it is left out. */
  logRetentionHours: z.optional(z.number()),
  schemaCheck: z.enum(SCHEMA_CHECKS),
  metadata: z.optional(texts),
});

export type Tenant = ItemOf<typeof TENANT>;
