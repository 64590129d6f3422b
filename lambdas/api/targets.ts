import * as z from 'zod';
import { TIMEOUT_SECONDS } from '../domain/config.ts';
import { RETRY_PRESETS, type RetryPresetName } from '../domain/retry-policy.ts';
import { SIGNATURE_SCHEMES } from '../domain/signature.ts';
import { targetUrlProblem } from '../domain/target-url.ts';
import { route } from './route.ts';
import {
  description,
  fineNumber,
  metadata,
  pageOf,
  pageQuerySchema,
  patchOf,
  record,
  text,
  time,
  times,
  wellFormed,
} from './schemas.ts';

const presets = Object.keys(RETRY_PRESETS) as RetryPresetName[];

/** Whether it may be plain http is the environment's decision, made where a target is checked as a whole. */
export const targetUrl = text((url) => targetUrlProblem(url, true), 2048).meta({
  description: 'Where deliveries are posted to. https; http only in an environment for development.',
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

/** What a target's owner decides. */
export const targetFields = {
  url: targetUrl,
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
  signature: z.enum(SIGNATURE_SCHEMES).optional().meta({
    description:
      '`standard`: Standard Webhooks with a shared secret, `whsec_…`. `ed25519`: Standard Webhooks with a key pair, `whsk_…`. `sha256`: GitHub’s header, with any text as the secret. Left out, it follows from the form of the secret, and is `standard` without one.',
  }),
  retry: retry.optional(),
  timeoutSeconds: z
    .number()
    .min(TIMEOUT_SECONDS.min)
    .max(TIMEOUT_SECONDS.max)
    .optional()
    .meta({ description: `How long an answer may take; ${TIMEOUT_SECONDS.default} when left out.` }),
  rateLimit: z
    .strictObject({ perSecond: z.number().min(0.01).max(10_000) })
    .optional()
    .meta({ description: 'Deliveries a second. Kept, and not heeded yet.' }),
  batching: z
    .strictObject({ maxEvents: z.int().min(2).max(100), maxSeconds: z.int().min(1).max(300) })
    .optional()
    .meta({ description: 'Several events in one delivery. Kept, and not heeded yet.' }),
  challengeRequired: z
    .boolean()
    .optional()
    .meta({ description: 'Nothing is delivered until the endpoint has answered a signed challenge.' }),
};

/** What tells targets, filters and subscriptions apart for people, and whether they are in use. */
const notes = { description: description.optional(), metadata: metadata.optional() };

const active = z.boolean().optional();

const secret = z.string().max(256).optional().meta({
  description: 'A secret of your own, in the form that the signature scheme asks for; made when left out.',
});

/** A target as it is written. */
export const targetSettings = z.strictObject({ ...targetFields, ...notes, active });
export type TargetSettings = z.infer<typeof targetSettings>;

export const newTarget = z.strictObject({ ...targetSettings.shape, secret }).meta({ id: 'NewTarget' });

const verification = z
  .object({
    state: z.enum(['pending', 'passed', 'failed']),
    at: time.optional(),
    problem: z.string().optional(),
  })
  .meta({ description: 'What became of the challenge; there when one is required.' });

/** What a view shows of a target's settings. */
export const shownTarget = {
  ...targetFields,
  signature: z.enum(SIGNATURE_SCHEMES),
  retry: z.object({ schedule: z.array(z.number()), jitter: z.number() }),
  timeoutSeconds: z.number(),
  challengeRequired: z.boolean(),
};

export const target = z
  .object({
    id: z.string(),
    ...shownTarget,
    ...notes,
    active: z.boolean(),
    publicKey: z.string().optional().meta({ description: 'Of the ed25519 scheme, `whpk_…`.' }),
    verification: verification.optional(),
    ...times,
  })
  .meta({ id: 'Target' });
export type TargetView = z.input<typeof target>;

const secretView = z.object({
  secret: z.string().optional(),
  publicKey: z.string().optional().meta({ description: 'Instead of the secret, with the ed25519 scheme.' }),
  createdAt: time,
  expiresAt: time.optional().meta({ description: 'Until then it signs together with its successor.' }),
});

const secrets = z.object({ items: z.array(secretView) }).meta({ id: 'Secrets' });

export const MAX_OVERLAP_HOURS = 168;

const example = {
  url: 'https://example.com/hook',
  description: 'Orders, production',
  retry: 'steady',
  headers: { 'x-team': 'orders' },
} as const;

const exampleTimes = { createdAt: '2026-11-21T12:00:00.000Z', updatedAt: '2026-11-21T12:00:00.000Z' };

export const shownExample = {
  id: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  ...example,
  headers: { 'x-team': '[hidden]' },
  signature: 'standard',
  retry: { schedule: [10, 30, 60, 300, 900], jitter: 0.2 },
  timeoutSeconds: 15,
  challengeRequired: false,
  active: true,
  ...exampleTimes,
} as const;

const base = { function: 'manage', tag: 'Targets' } as const;
const one = { 200: { description: 'The target.', schema: target, example: shownExample } } as const;

export const targetRoutes = {
  createTarget: route({
    ...base,
    method: 'POST',
    path: '/v1/targets',
    scope: 'manage',
    summary: 'Create a target',
    description: 'The answer shows the secret; it can be read again from the target’s secrets.',
    body: { schema: newTarget, example },
    answers: {
      201: {
        description: 'Created.',
        schema: target.extend({ secret: z.string().optional() }).meta({ id: 'CreatedTarget' }),
        example: { ...shownExample, secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' },
      },
    },
  }),
  listTargets: route({
    ...base,
    method: 'GET',
    path: '/v1/targets',
    scope: 'read',
    summary: 'List targets',
    query: pageQuerySchema,
    answers: { 200: { description: 'A page of targets, oldest first.', schema: pageOf(target) } },
  }),
  getTarget: route({
    ...base,
    method: 'GET',
    path: '/v1/targets/{id}',
    scope: 'read',
    summary: 'Read a target',
    answers: one,
  }),
  patchTarget: route({
    ...base,
    method: 'PATCH',
    path: '/v1/targets/{id}',
    scope: 'manage',
    summary: 'Change a target',
    description:
      'A merge patch (RFC 7396): what is left out stays, null sets back. A new `secret` replaces the old one with an overlap.',
    body: { schema: patchOf(newTarget), example: { timeoutSeconds: 5, description: null } },
    answers: one,
  }),
  putTarget: route({
    ...base,
    method: 'PUT',
    path: '/v1/targets/{id}',
    scope: 'manage',
    summary: 'Replace a target’s settings',
    description: 'What is left out is set back, except for the secret, which stays.',
    body: { schema: newTarget, example },
    answers: one,
  }),
  deleteTarget: route({
    ...base,
    method: 'DELETE',
    path: '/v1/targets/{id}',
    scope: 'manage',
    summary: 'Delete a target',
    description:
      'Refused with 409 while subscriptions use it. Deliveries under way to it become dead letters.',
    answers: { 204: { description: 'Deleted.' } },
  }),
  getSecrets: route({
    ...base,
    method: 'GET',
    path: '/v1/targets/{id}/secrets',
    scope: 'manage',
    summary: 'Read a target’s secrets',
    description: 'Newest first. Of an ed25519 key pair only the public key is ever shown.',
    answers: { 200: { description: 'The secrets that sign.', schema: secrets } },
  }),
  rotateSecret: route({
    ...base,
    method: 'POST',
    path: '/v1/targets/{id}/secrets/rotate',
    scope: 'manage',
    summary: 'Replace a target’s secret',
    description: 'Old and new sign together until the overlap is over.',
    body: {
      optional: true,
      schema: z
        .strictObject({
          secret,
          overlapHours: z.number().min(0).max(MAX_OVERLAP_HOURS).optional().meta({
            description:
              'How long the old secret signs as well; the environment’s setting, 24, when left out.',
          }),
        })
        .meta({ id: 'SecretRotation' }),
      example: { overlapHours: 48 },
    },
    answers: { 200: { description: 'The secrets that sign, newest first.', schema: secrets } },
  }),
  enableTarget: route({
    ...base,
    method: 'POST',
    path: '/v1/targets/{id}/enable',
    scope: 'manage',
    summary: 'Enable a target',
    answers: one,
  }),
  disableTarget: route({
    ...base,
    method: 'POST',
    path: '/v1/targets/{id}/disable',
    scope: 'manage',
    summary: 'Disable a target',
    description:
      'What would be delivered to it becomes a dead letter, `target_disabled`, until it is enabled.',
    answers: one,
  }),
  challengeTarget: route({
    ...base,
    method: 'POST',
    path: '/v1/targets/{id}/challenge',
    scope: 'manage',
    summary: 'Challenge a target’s endpoint again',
    description:
      'Posts `{"type": "posthorn.challenge", "challenge": "…"}`, signed like a delivery. The endpoint answers with 2xx and `{"response": "sha256=<hex HMAC-SHA256 of the challenge, keyed with the secret>"}`; with the ed25519 scheme `{"response": "<the challenge>"}`. Until it has, nothing is delivered.',
    answers: {
      202: {
        description: 'Under way; the target’s `verification` tells what came of it.',
        schema: target,
        example: shownExample,
      },
    },
  }),
  getTargetHealth: route({
    ...base,
    method: 'GET',
    path: '/v1/targets/{id}/health',
    scope: 'read',
    summary: 'How a target’s endpoint has been doing',
    answers: {
      200: {
        description: 'Its state, and what was counted in the last hour.',
        schema: z
          .object({
            state: z.enum(['disabled', 'unverified', 'idle', 'healthy', 'degraded', 'failing']).meta({
              description:
                'By the share of attempts that succeeded: `healthy` from 95 %, `failing` under 50 %; `idle` without any.',
            }),
            since: time,
            attempts: z.int(),
            delivered: z.int(),
            failed: z.int().meta({ description: 'Deliveries given up.' }),
            attemptSuccessRate: z.number().nullable(),
            averageAnswerMs: z.number().nullable(),
          })
          .meta({ id: 'TargetHealth' }),
      },
    },
  }),
};
