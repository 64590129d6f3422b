import * as z from 'zod';
import { isObject } from '../values/json.ts';
import { withOneCondition } from './condition-schemas.ts';
import { filterFields, filterSettings, writtenFields } from './filters.ts';
import {
  description,
  eventPatterns,
  madeWith,
  metadata,
  name,
  oneOf,
  oneRequired,
  times,
} from './schemas.ts';
import {
  disabled,
  newTarget,
  publicKey,
  secret,
  shownTarget,
  targetFields,
  targetUrl,
} from './target-schemas.ts';

/** What a subscription is made of, in each of the forms that it can be written in. */

/** What a subscription has of its own. */
const own = {
  name: name.optional(),
  description: description.optional(),
  metadata: metadata.optional(),
  active: z.boolean().optional().meta({ description: 'Whether it gets events; true when left out.' }),
};

/** A target and a filter by id, or made in the same call. */
const composed = oneOf(
  oneOf(
    z.strictObject({
      ...own,
      targetId: z.string().optional(),
      target: newTarget.optional(),
      filterId: z.string().optional(),
      filter: filterSettings.optional(),
    }),
    'targetId',
    'target',
  ),
  'filterId',
  'filter',
).meta({ id: 'ComposedSubscription', ...oneRequired(['targetId', 'target'], ['filterId', 'filter']) });

const flatFields = { ...own, ...targetFields, ...writtenFields, secret };

/** All in one: what to send where, with any of a target's settings. */
const flat = withOneCondition(z.strictObject(flatFields)).meta({ id: 'FlatSubscription' });

export const snakeFields = {
  target_url: targetUrl,
  secret_key: secret.meta({
    maxLength: 256,
    description: 'A secret of your own; made when left out.',
  }),
  event_types: eventPatterns,
  is_active: z.boolean().optional(),
};

/** In snake case, as webhook services often have it. */
const snake = z
  .strictObject({
    name: name.optional(),
    description: description.optional(),
    metadata: metadata.optional(),
    ...snakeFields,
  })
  .meta({
    id: 'SnakeSubscription',
    description: 'Signed with `X-Hub-Signature-256`.',
  });

export type Composed = z.output<typeof composed>;
export type Flat = z.output<typeof flat>;
export type Snake = z.output<typeof snake>;

const FORMS = { composed, flat, snake };

/** Which form a body is written in, by its own members. */
export function formOf(body: unknown): keyof typeof FORMS {
  const has = (member: string): boolean => isObject(body) && Object.hasOwn(body, member);
  const isFlat = has('url') && has('events');
  if (!isFlat && Object.keys(snakeFields).some(has)) return 'snake';
  const isComposed = ['targetId', 'target', 'filterId', 'filter'].some(has);
  return isComposed ? 'composed' : 'flat';
}

export const newSubscription = z.union([flat, composed, snake]).meta({ id: 'NewSubscription' });

export const choose = (body: unknown): z.ZodType => FORMS[formOf(body)];

export const subscription = z
  .object({
    id: z.string(),
    ...own,
    active: z.boolean(),
    targetId: z.string(),
    filterId: z.string(),
    kind: shownTarget.kind,
    url: shownTarget.url,
    address: shownTarget.address,
    ...filterFields,
    signature: shownTarget.signature,
    publicKey: publicKey.optional(),
    retry: shownTarget.retry,
    timeoutSeconds: shownTarget.timeoutSeconds,
    disabled: disabled.optional(),
    alertRuleId: madeWith.alertRuleId,
    listener: madeWith.listener,
    ...times,
  })
  .meta({ id: 'Subscription', description: 'With the most important of its target and filter.' });
export type SubscriptionView = z.input<typeof subscription>;

export const created = subscription
  .extend({
    secret: z
      .string()
      .optional()
      .meta({ description: 'Of a target that was made in this call, or that has a new one.' }),
  })
  .meta({ id: 'SubscriptionWithSecret' });

/** The members that a merge patch may change: those of the all-in-one form, and the bound ids. */
export const patchable = withOneCondition(
  z.strictObject({ ...flatFields, targetId: z.string(), filterId: z.string() }),
);

export const TARGET_MEMBERS: readonly string[] = [...Object.keys(targetFields), 'secret'];
export const FILTER_MEMBERS: readonly string[] = Object.keys(writtenFields);
