import * as z from 'zod';
import { schemeNamed } from '../targets/signature.ts';
import { SIGNATURE_SCHEMES } from '../targets/signature-schemes/names.ts';
import { includeHealth, listAnswer, listQuery } from './lists.ts';
import { route } from './route.ts';
import { pageOf, patchOf, time } from './schemas.ts';
import { disabled, newTarget, secret, seen, state, stateFilter, target } from './target-schemas.ts';

const challengeAnswers = SIGNATURE_SCHEMES.map(
  (scheme) => `\`${scheme}\`: ${schemeNamed(scheme).challenge.expected}`,
).join('; ');

const secretView = z.object({
  secret: z.string().optional(),
  publicKey: z.string().optional().meta({ description: 'Instead of the secret, with the ed25519 scheme.' }),
  keyId: z.string().meta({
    description:
      'Names it in the `request` of an attempt: the first 8 hexadecimal digits of the SHA-256 of the secret’s text, or of the public key’s.',
  }),
  createdAt: time,
  expiresAt: time.optional().meta({ description: 'Until then both it and its successor sign.' }),
});

const secrets = z.object({ items: z.array(secretView) }).meta({ id: 'Secrets' });

const MAX_OVERLAP_HOURS = 168;

const example = {
  url: 'https://example.com/hook',
  description: 'Orders, production',
  retry: 'steady',
  headers: { 'x-team': 'orders' },
} as const;

const exampleTimes = { createdAt: '2026-11-21T12:00:00.000Z', updatedAt: '2026-11-21T12:00:00.000Z' };

const shownExample = {
  id: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  kind: 'webhook',
  ...example,
  headers: { 'x-team': '[hidden]' },
  signature: 'standard',
  retry: { schedule: [10, 30, 60, 300, 900], jitter: 0.2 },
  retryClientErrors: false,
  timeoutSeconds: 15,
  challengeRequired: false,
  active: true,
  ...exampleTimes,
} as const;

const base = { function: 'manage', tag: 'Targets' } as const;
const one = { 200: { description: 'The target.', schema: target, example: shownExample } } as const;

const withSecret = target.extend({ secret: z.string().optional() }).meta({ id: 'TargetWithSecret' });

const health = z
  .object({
    state,
    since: time.meta({ description: 'Since when attempts and deliveries are counted here.' }),
    attempts: z.int(),
    delivered: z.int(),
    failed: z.int().meta({ description: 'Deliveries given up.' }),
    attemptSuccessRate: z.number().nullable(),
    averageAnswerMs: z.number().nullable(),
    disabled: disabled.optional(),
    ...seen,
    manyFailures: z
      .object({
        since: time.meta({ description: 'The first minute with failures.' }),
        foundAt: time,
        attempts: z.int(),
        failedAttempts: z.int(),
        share: z.number().meta({ description: 'The part of the attempts that failed, from 0 to 1.' }),
      })
      .optional()
      .meta({
        description:
          'Set from `posthorn.target.failing` to `posthorn.target.healthy`: too many attempts fail, as it was found then.',
      }),
    waiting: z.int().meta({
      description: 'Deliveries that will be tried again by themselves. Counted up to a thousand.',
    }),
    held: z.int().meta({
      description:
        'Of these, in the hold queue: for the endpoint to recover, for the rate limit, or for a batch. Counted up to a thousand, and to fewer where payloads are large.',
    }),
  })
  .meta({ id: 'TargetHealth' });
export type TargetHealth = z.input<typeof health>;

const changed = {
  200: {
    description: 'The target, and its secret if that is a new one.',
    schema: withSecret,
    example: shownExample,
  },
} as const;

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
        schema: withSecret,
        example: { ...shownExample, secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' },
      },
    },
  }),
  listTargets: route({
    ...base,
    method: 'GET',
    path: '/v1/targets',
    scope: 'read',
    limitedBy: 'list',
    summary: 'List targets',
    description:
      'With `include=health`, each row says how the target does: three more reads for each. A list by `state` has that too; it finds its targets by an index. A filtered page may have fewer rows than `limit`, and a next one.',
    query: listQuery('oldest', {
      state: stateFilter.optional().meta({
        description:
          'Targets that are in this state now. `troubled`: in any of them, but for those that their owners have switched off.',
      }),
      active: z
        .enum(['true', 'false'])
        .optional()
        .meta({ description: 'Whether their owner has them switched on.' }),
      include: includeHealth,
    }),
    answers: listAnswer('A page of targets.', pageOf(target)),
  }),
  getTarget: route({
    ...base,
    method: 'GET',
    path: '/v1/targets/{id}',
    scope: 'read',
    limitedBy: 'target',
    summary: 'Read a target',
    answers: one,
  }),
  patchTarget: route({
    ...base,
    method: 'PATCH',
    path: '/v1/targets/{id}',
    scope: 'manage',
    limitedBy: 'target',
    summary: 'Change a target',
    description:
      'A merge patch (RFC 7396): members left out stay, null restores the default. A new `secret` replaces the old one with an overlap.',
    body: { schema: patchOf(newTarget), example: { timeoutSeconds: 5, description: null } },
    answers: changed,
  }),
  putTarget: route({
    ...base,
    method: 'PUT',
    path: '/v1/targets/{id}',
    scope: 'manage',
    limitedBy: 'target',
    summary: 'Replace a target’s settings',
    description: 'Members left out return to their defaults, except for the secret, which stays.',
    body: { schema: newTarget, example },
    answers: changed,
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
    limitedBy: 'target',
    audited: true,
    summary: 'Read a target’s secrets',
    description: 'Newest first. Of an ed25519 key pair only the public key is ever shown.',
    answers: { 200: { description: 'The secrets that sign.', schema: secrets } },
  }),
  rotateSecret: route({
    ...base,
    method: 'POST',
    path: '/v1/targets/{id}/secrets/rotate',
    scope: 'manage',
    limitedBy: 'target',
    summary: 'Replace a target’s secret',
    description: [
      'Old and new both sign until the overlap is over.',
      'With Standard Webhooks and Ed25519, `webhook-signature` then holds both signatures, separated by a space. `X-Hub-Signature-256` has room for one: it is made with the new secret, and the header `X-Hub-Signature-256-Old` holds that of the secret before. A receiver that still has the old one checks that header until it has changed over.',
    ].join('\n\n'),
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
    limitedBy: 'target',
    summary: 'Enable a target',
    description:
      'Also a target that Posthorn has disabled, and one whose endpoint kept failing: it starts afresh, and deliveries that wait for it go at once. Dead letters stay dead; they can be replayed.',
    answers: one,
  }),
  disableTarget: route({
    ...base,
    method: 'POST',
    path: '/v1/targets/{id}/disable',
    scope: 'manage',
    limitedBy: 'target',
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
    limitedBy: 'target',
    summary: 'Challenge a target’s endpoint again',
    description: `Posts \`{"type": "posthorn.challenge", "challenge": "…"}\`, signed like a delivery. The endpoint answers with 2xx and \`{"response": "…"}\`. Its response is, by the target’s scheme: ${challengeAnswers}. The URLs of regions are challenged as well, and each has to answer. Until they have, nothing is delivered.`,
    answers: {
      202: {
        description: 'Under way; the target’s `verification` shows the result.',
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
    limitedBy: 'target',
    summary: 'How a target’s endpoint has been doing',
    answers: {
      200: {
        description: 'Its state, what was counted in the last hour, and what Posthorn does about it.',
        schema: health,
      },
    },
  }),
};
