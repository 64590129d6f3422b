import * as z from 'zod';
import { type Filter, type Subscription, type Target, TIMEOUT_SECONDS } from './config.ts';
import { eventPatternProblem } from './event-type.ts';
import { withPrefix } from './ids.ts';
import { RETRY_PRESETS, type RetryPolicy, type RetryPresetName, retryPolicyProblem } from './retry-policy.ts';
import { newSecret, SIGNATURE_SCHEMES, secretProblem } from './signature.ts';
import { targetUrlProblem } from './target-url.ts';

/** A text, checked by a function that says what is wrong with it. */
const text = (problem: (value: string) => string | undefined) =>
  z.string().superRefine((value, context) => {
    const message = problem(value);
    if (message) context.addIssue({ code: 'custom', message });
  });

const presets = Object.keys(RETRY_PRESETS) as RetryPresetName[];

const retry = z.union(
  [
    z.enum(presets),
    z.strictObject({
      schedule: z.array(z.number().min(0)),
      jitter: z.number().min(0).max(1).default(RETRY_PRESETS.default.jitter),
    }),
  ],
  { error: `expected ${presets.join(', ')} or {"schedule": [seconds, …], "jitter": 0 to 1}` },
);

/** The body of `POST /v1/subscriptions`. @param allowHttp only environments for development allow plain http */
export const newSubscriptionSchema = (allowHttp: boolean) =>
  z
    .strictObject({
      name: z
        .string()
        .min(1)
        .max(128)
        .regex(/^\P{Cc}*$/u, 'expected no control characters')
        .optional(),
      url: text((url) => targetUrlProblem(url, allowHttp)),
      events: z.array(text(eventPatternProblem)).min(1).max(100),
      /** Left out, a secret is made. */
      secret: z.string().optional(),
      signature: z.enum(SIGNATURE_SCHEMES).default('standard'),
      retry: retry.default('default'),
      timeoutSeconds: z
        .number()
        .min(TIMEOUT_SECONDS.min)
        .max(TIMEOUT_SECONDS.max)
        .default(TIMEOUT_SECONDS.default),
      active: z.boolean().default(true),
    })
    .superRefine(({ secret, signature, retry }, context) => {
      const issues = {
        secret: secret === undefined ? undefined : secretProblem(signature, secret),
        'retry.schedule': typeof retry === 'string' ? undefined : retryPolicyProblem(retry),
      };
      for (const [path, message] of Object.entries(issues)) {
        if (message) context.addIssue({ code: 'custom', message, path: path.split('.') });
      }
    });

export type NewSubscription = z.infer<ReturnType<typeof newSubscriptionSchema>>;

/** A subscription and the target and filter that are made for it alone. */
export function bind(
  wanted: NewSubscription,
  make: { ulid: () => string; secret: Uint8Array; at: string },
): { subscription: Subscription; filter: Filter; target: Target } {
  const times = { createdAt: make.at, updatedAt: make.at, revision: 1 };
  const target: Target = {
    id: withPrefix('tgt', make.ulid()),
    url: wanted.url,
    signature: wanted.signature,
    secrets: [{ value: wanted.secret ?? newSecret(wanted.signature, make.secret), createdAt: make.at }],
    active: true,
    retry: policyOf(wanted.retry),
    timeoutMs: wanted.timeoutSeconds * 1000,
    ...times,
  };
  const filter: Filter = { id: withPrefix('flt', make.ulid()), events: wanted.events, ...times };
  const subscription: Subscription = {
    id: withPrefix('sub', make.ulid()),
    name: wanted.name,
    targetId: target.id,
    filterId: filter.id,
    active: wanted.active,
    ...times,
  };
  return { subscription, filter, target };
}

const policyOf = (retry: NewSubscription['retry']): RetryPolicy =>
  typeof retry === 'string' ? RETRY_PRESETS[retry] : retry;
