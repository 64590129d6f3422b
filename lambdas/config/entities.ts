import * as z from 'zod/mini';
import type { Condition } from '../matching/language/condition.ts';
import type { Span } from '../matching/language/time-windows.ts';
import { anyObject, type ItemOf, itemKind, texts } from '../values/item.ts';
import { described, entityKind } from './entity.ts';

/** What to send. Conditions and spans are not checked deeper here: fanout compiles them, and a tenant may have ten thousand. */
export const FILTER = entityKind('filter', {
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
  /** An inactive filter matches nothing. */
  active: z.boolean(),
  owner: z.optional(z.string()),
});

export type Filter = ItemOf<typeof FILTER>;

/** Binds a target and a filter. Only active subscriptions get events. */
export const SUBSCRIPTION = entityKind('subscription', {
  ...described,
  targetId: z.string(),
  filterId: z.string(),
  active: z.boolean(),
  /** The alert rule that it belongs to. */
  owner: z.optional(z.string()),
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

/** A type of event that a tenant publishes, for its catalogue and for checks by ingest. Its id is its name. */
export const EVENT_TYPE = entityKind(
  'type',
  {
    description: z.optional(z.string()),
    metadata: z.optional(texts),
    /**
     * JSON Schema, draft 2020-12, of the payload. This and the sample are JSON texts, since DynamoDB takes no more than 32
     * levels of its own.
     */
    schema: z.optional(z.string()),
    sample: z.optional(z.string()),
    version: z.string(),
    deprecated: z.boolean(),
    /** What became of the schema; see `catalogue/changelog.ts`. JSON text, left out until it changes. */
    changelog: z.optional(z.string()),
  },
  'event type',
);

export type EventType = ItemOf<typeof EVENT_TYPE>;

/** A tenant's version. */
export const VERSION = itemKind('version', { version: z.number() });
/** Leads from a subscription to its tenant. */
export const ADDRESS = itemKind('address', { tenant: z.string() });
