import * as z from 'zod';
import { CERTIFICATE_NAME } from '../destinations/certificate-secrets.ts';
import { KIND_NAMES } from '../destinations/kind-names.ts';
import { DISABLED_REASONS } from '../endpoint-health/health.ts';
import { TARGET_STATES, TROUBLE_STATES } from '../endpoint-health/target-state.ts';
import { ANY_PORT } from '../http-client/ports.ts';
import { targetUrlProblem } from '../http-client/target-url.ts';
import { RETRY_PRESETS, type RetryPresetName } from '../targets/retry-policy.ts';
import { schemeNamed } from '../targets/signature.ts';
import { SIGNATURE_SCHEMES } from '../targets/signature-schemes/names.ts';
import { TIMEOUT_SECONDS } from '../targets/timeout.ts';
import { MAX_EXPRESSION_BYTES } from '../transform/limits.ts';
import { HTTP_URL, PRINTABLE } from './patterns.ts';
import {
  description,
  fineNumber,
  madeWith,
  metadata,
  name,
  record,
  text,
  time,
  times,
  wellFormed,
} from './schemas.ts';
import { KIND_SETTINGS } from './target-kinds.ts';

/** What a target is made of. */

const schemeSummaries = SIGNATURE_SCHEMES.map((scheme) => schemeNamed(scheme).summary).join(' ');
const secretSummaries = SIGNATURE_SCHEMES.map(
  (scheme) => `\`${scheme}\`: ${schemeNamed(scheme).secretSummary}.`,
).join(' ');

const presets = Object.keys(RETRY_PRESETS) as RetryPresetName[];

/** Schemes, addresses and ports are the environment's decision, made where a target is checked as a whole. */
export const targetUrl = text(
  (url) => targetUrlProblem(url, { http: true, privateAddresses: true, ports: ANY_PORT }),
  2048,
  HTTP_URL,
).meta({
  description:
    'Where deliveries are posted to. https, on a port that the environment allows (443, and 1024 and above, unless it says otherwise); http only on a developer’s machine. No user name, password or fragment. Credentials that may only read are shown `?[hidden]` instead of its query; written back, that keeps the query.',
  examples: ['https://example.com/hook'],
});

const retry = z
  .union(
    [
      z.enum(presets),
      z.strictObject({
        schedule: z.array(fineNumber(0, 86_400)).max(100),
        jitter: fineNumber(0, 1).optional(),
      }),
    ],
    { error: `expected ${presets.join(', ')} or {"schedule": [seconds, …], "jitter": 0 to 1}` },
  )
  .meta({
    description:
      'When a failed attempt is repeated: a preset, or the seconds to wait after each failed attempt, each moved at random by up to the jitter’s share. At most 20 attempts within 24 hours.',
  });

const MAX_REGIONS = 20;
const MAX_HEADERS = 20;

const kind = z.enum(KIND_NAMES).meta({
  description:
    'What it is: `webhook` when left out, which needs `url`. Any other kind has its settings in the member of its name.',
});

const kindSettings = Object.fromEntries(
  Object.entries<z.ZodObject>(KIND_SETTINGS).map(([name, settings]) => [name, settings.optional()]),
) as { readonly [K in keyof typeof KIND_SETTINGS]: z.ZodOptional<(typeof KIND_SETTINGS)[K]> };

/** What a target's owner decides. */
export const targetFields = {
  kind: kind.optional(),
  ...kindSettings,
  url: targetUrl.optional(),
  regions: record(/^[a-z0-9][a-z0-9-]{0,31}$/, 'expected names of regions', targetUrl, MAX_REGIONS)
    .optional()
    .meta({ description: 'URLs to be used instead of `url`, by the event’s `region`.' }),
  headers: record(
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/,
    'expected names of headers',
    wellFormed(1024),
    MAX_HEADERS,
  )
    .optional()
    .meta({
      description:
        'Sent with each delivery. Values are never shown, since any may be a credential: `[hidden]` stands for them, and keeps them when it is written, unless the target now leads to another host.',
    }),
  transform: wellFormed(MAX_EXPRESSION_BYTES)
    .min(1)
    .optional()
    .meta({
      description:
        'A [JSONata](https://jsonata.org) expression that makes the request of each event: an object with any of `body`, `headers`, `path` and `contentType`. Up to 8192 bytes, and not together with `batching`. docs/transformations.md says what it gets and may use; `POST /v1/targets/{id}/transform/test` tries one.',
      examples: ['{"body": {"text": type & ": " & data.message}}'],
    }),
  signature: z
    .enum(SIGNATURE_SCHEMES)
    .optional()
    .meta({
      description: `${schemeSummaries} Left out, it is \`standard\`, or \`ed25519\` for a secret \`whsk_…\`.`,
    }),
  retry: retry.optional(),
  retryClientErrors: z.boolean().optional().meta({
    description:
      'Whether answers of 400 to 499 are retried as well, but for 410. Otherwise only 408, 425 and 429 are, and any other makes a dead letter at once.',
  }),
  timeoutSeconds: z
    .number()
    .min(TIMEOUT_SECONDS.min)
    .max(TIMEOUT_SECONDS.max)
    .optional()
    .meta({ description: `How long an answer may take; ${TIMEOUT_SECONDS.default} when left out.` }),
  rateLimit: z
    .strictObject({ perSecond: z.number().min(0.01).max(10_000) })
    .optional()
    .meta({
      description:
        'Requests a second, at most and evenly spread; one of several events is one request. Deliveries beyond it wait, up to a day.',
    }),
  batching: z
    .strictObject({ maxEvents: z.int().min(2).max(100), maxSeconds: z.int().min(1).max(300) })
    .optional()
    .meta({
      description:
        'Several events in one request, a JSON array, as soon as `maxEvents` are there or the first has waited for `maxSeconds`. A request holds at most 1 MB of payloads. Its answer counts for each event in it.',
    }),
  clientCertificate: z
    .string()
    .max(64)
    .regex(CERTIFICATE_NAME, 'expected letters, digits, . _ or -')
    .optional()
    .meta({
      description:
        'Mutual TLS: the name of a secret of your tenant’s with certificate and key, which your operator puts into Secrets Manager. Whether there is one shows with the first request.',
    }),
  challengeRequired: z.boolean().optional().meta({
    description:
      'Nothing is delivered until the endpoint, and each endpoint for a region, has answered a signed challenge.',
  }),
};

/** How people tell targets, filters and subscriptions apart, and whether they are in use. */
const notes = { name: name.optional(), description: description.optional(), metadata: metadata.optional() };

const active = z.boolean().optional();

/** Each scheme has bounds of its own; this is the longest `whsec_…` that one of them takes. */
export const secret = z
  .string()
  .max(350)
  .optional()
  .meta({
    minLength: 8,
    pattern: PRINTABLE,
    description: `A secret of your own; made when left out. ${secretSummaries}`,
  });

/** A target as it is written. */
const targetSettings = z.strictObject({ ...targetFields, ...notes, active });
export type TargetSettings = z.infer<typeof targetSettings>;

export const newTarget = z.strictObject({ ...targetSettings.shape, secret }).meta({ id: 'NewTarget' });

const verification = z
  .object({
    state: z.enum(['pending', 'passed', 'failed']),
    at: time.optional(),
    problem: z.string().optional(),
  })
  .meta({ description: 'What became of the challenge; there when one is required.' });

export const disabled = z
  .object({
    at: time,
    reason: z.enum(DISABLED_REASONS).meta({
      description:
        '`gone`: the endpoint answered 410. `failing`: no delivery arrived for as long as the environment allows.',
    }),
  })
  .meta({
    id: 'Disabled',
    description:
      'There when Posthorn has given the target up, whatever `active` says: its deliveries are dead letters until it is enabled by POST /v1/targets/{id}/enable. No other change does that.',
  });
export type DisabledView = z.input<typeof disabled>;

/** What verifies what a target that signs with Ed25519 is sent. */
export const publicKey = z.string().meta({
  description:
    'Of the ed25519 scheme, `whpk_…`: what the endpoint verifies deliveries with. Of the newest key pair.',
});

/** What a role's trust policy has to name. */
const trust = z.object({ account: z.string(), externalId: z.string() }).meta({
  description:
    'Of a target on AWS: the account that assumes its role, and the external id that it gives. The role’s trust policy has to name both.',
});

/** What a view shows of a target's settings. */
export const shownTarget = {
  ...targetFields,
  kind,
  address: z.string().optional().meta({
    description: 'Where it leads, without credentials, if its kind has no `url`.',
  }),
  retry: z.object({ schedule: z.array(z.number()), jitter: z.number() }),
  retryClientErrors: z.boolean(),
  timeoutSeconds: z.number(),
  challengeRequired: z.boolean(),
};

export const state = z.enum(TARGET_STATES).meta({
  description: [
    'The first of these that holds:',
    '`disabled`: by its owner, or by Posthorn (see `disabled`).',
    '`unverified`: its endpoint has not answered the challenge.',
    '`open`: its endpoint keeps failing, so deliveries wait (see `breaker`) while single ones try it.',
    '`paused`: its endpoint has asked to be left alone until `pausedUntil`.',
    '`failing`: no attempt has succeeded since `failingSince`.',
    '`slow`: its endpoint takes long, so its deliveries use a lane apart from the others.',
    '`degraded`: under 95 % of the attempts succeeded.',
    '`healthy`; or `idle` without any attempt.',
  ].join('\n'),
});

/** What Posthorn does about an endpoint, and since when. */
export const seen = {
  failingSince: time.optional().meta({ description: 'The first failure that no success came after.' }),
  lastFailure: z
    .object({
      at: time,
      statusCode: z.int().optional(),
      error: z.string().optional().meta({ description: 'What went wrong where no answer came.' }),
    })
    .optional()
    .meta({
      description: 'The last attempt that is known to have failed; also when others have succeeded since.',
    }),
  breaker: z
    .object({
      openSince: time,
      failedProbes: z.int().meta({ description: 'Deliveries that have tried it since then, in vain.' }),
      nextProbeAt: time.optional(),
    })
    .optional()
    .meta({ description: 'There while it is open.' }),
  pausedUntil: time.optional(),
  slowUntil: time.optional(),
};

/** How a target does, in a row of a list. */
export const rowHealth = z
  .object({
    state,
    troubledSince: time.optional().meta({ description: 'When its trouble began, where that is known.' }),
    attempts: z.int().meta({ description: 'Of the last hour.' }),
    attemptSuccessRate: z.number().nullable().meta({ description: 'Of these attempts; null without any.' }),
    waiting: z.int().meta({
      description: 'Deliveries that will be tried again by themselves. Counted up to a hundred.',
    }),
    ...seen,
  })
  .meta({ id: 'TargetRowHealth' });
export type RowHealth = z.input<typeof rowHealth>;

export const target = z
  .object({
    id: z.string(),
    ...shownTarget,
    ...notes,
    active: z.boolean().meta({ description: 'What its owner has set.' }),
    subscriptionId: madeWith.subscriptionId,
    listener: madeWith.listener,
    trust: trust.optional(),
    disabled: disabled.optional(),
    publicKey: publicKey.optional(),
    verification: verification.optional(),
    health: rowHealth.optional().meta({ description: 'In lists, with `include=health` or `state`.' }),
    ...times,
  })
  .meta({ id: 'Target' });
export type TargetView = z.input<typeof target>;

/** States that a list can ask for. Others follow from counters, which no index has. */
export const stateFilter = z.enum([...TROUBLE_STATES, 'troubled']);
export type StateFilter = z.infer<typeof stateFilter>;
