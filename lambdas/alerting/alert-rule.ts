import * as z from 'zod/mini';
import { described, entityKind } from '../config/entity.ts';
import type { ItemOf } from '../values/item.ts';
import { loose } from '../values/loose.ts';

/** How times to delivery are summed up. */
export const STATISTICS = ['average', 'p50', 'p95', 'p99'] as const;

/** When a rule rings. */
const condition = z.discriminatedUnion('metric', [
  /** The share of attempts that succeeded is below `below`, of at least `minimum` attempts. */
  loose({ metric: z.literal('successRate'), below: z.number(), minutes: z.number(), minimum: z.number() }),
  /** Deliveries take longer than `aboveMs`, of at least `minimum` that arrived. */
  loose({
    metric: z.literal('timeToDelivery'),
    statistic: z.enum(STATISTICS),
    aboveMs: z.number(),
    minutes: z.number(),
    minimum: z.number(),
  }),
  /** At least so many deliveries have died. */
  loose({ metric: z.literal('deadLetters'), atLeast: z.number(), minutes: z.number() }),
  /** At least so many events came, or of one type. */
  loose({
    metric: z.literal('events'),
    atLeast: z.number(),
    minutes: z.number(),
    eventType: z.optional(z.string()),
  }),
  /** No event came, or of one type, or nothing was delivered to the rule's target. */
  loose({ metric: z.literal('silence'), hours: z.number(), eventType: z.optional(z.string()) }),
]);

/** What a tenant wants to be told of: a condition on what is counted, of all its targets or of one. */
export const ALERT_RULE = entityKind(
  'alert-rule',
  {
    ...described,
    name: z.string(),
    active: z.boolean(),
    /** The target that is watched; all of the tenant's without it. */
    targetId: z.optional(z.string()),
    when: condition,
    notify: loose({
      /** Whether the tenant's contact gets a mail. */
      mail: z.boolean(),
      /** The target that gets the rule's events. */
      targetId: z.optional(z.string()),
    }),
    /** When it was made, switched on, or was last changed in what is judged: its state begins there. RFC 3339. */
    startedAt: z.string(),
  },
  'alert rule',
);

export type AlertRule = ItemOf<typeof ALERT_RULE>;
export type Condition = AlertRule['when'];
export type ConditionOf<M extends Condition['metric']> = Extract<Condition, { readonly metric: M }>;

/** What a rule may ask for. */
export const MINUTES = { min: 5, max: 24 * 60 } as const;
/** As many events are looked at, in all, that a rule about them can be sure of. */
export const MOST_EVENTS = 1000;
/** A week: what is older than the log is known from the rule's own state. */
export const HOURS = { min: 1, max: 7 * 24 } as const;
/** Fewer are no rate: one failure of two at night is no news. */
export const VOLUME = { min: 10, max: 1_000_000 } as const;

/** What a rule watches when its condition does not say. */
export const DEFAULTS = {
  successRate: { minutes: 15, minimum: 20 },
  timeToDelivery: { statistic: 'p95', minutes: 15, minimum: 20 },
  deadLetters: { atLeast: 1, minutes: 60 },
  events: { minutes: 5 },
} as const;

/** What a condition's value is held against. */
export function thresholdOf(when: Condition): number {
  switch (when.metric) {
    case 'successRate':
      return when.below;
    case 'timeToDelivery':
      return when.aboveMs;
    case 'deadLetters':
    case 'events':
      return when.atLeast;
    case 'silence':
      return when.hours;
  }
}

/** Mails to a tenant. A day's mails about what matters are fewer; a rule that flaps all day long makes more. */
export const MAILS_A_DAY = 20;
