import * as z from 'zod';
import { changedEntity } from './audit.ts';
import { judgedChange } from './event-types.ts';
import { route } from './route.ts';

/** What calls would change, before they are made. */

/** Calls that can be tried, by the names of their operations. */
const CREATIONS = ['createTarget', 'createFilter', 'createSubscription'] as const;
const REPLACEMENTS = ['putTarget', 'putFilter', 'putSubscription', 'putEventType'] as const;

/** As many as one request answers well within API Gateway's 30 seconds. */
const MAX_CALLS = 50;

const call = z
  .strictObject({
    operation: z.enum([...CREATIONS, ...REPLACEMENTS]).meta({
      description: 'The `operationId` of the call.',
    }),
    id: z.string().max(256).optional().meta({
      description: 'What the call’s path names: needed to replace something, and only then.',
    }),
    body: z.unknown().meta({ description: 'As the call takes it.' }),
    allowBreaking: z.boolean().optional().meta({ description: 'As the query of `putEventType` has it.' }),
  })
  .superRefine(({ operation, id }, context) => {
    const isReplacement = REPLACEMENTS.includes(operation as never);
    if (isReplacement === (id !== undefined)) return;
    const message = isReplacement ? `expected the id of what ${operation} replaces` : 'expected no id here';
    context.addIssue({ code: 'custom', message, path: ['id'] });
  });

const outcome = z.object({
  etag: z.string().optional().meta({
    description:
      'Of what would be replaced, as it is now: an `If-Match` with it makes sure that it still is.',
  }),
  entities: z.array(changedEntity).optional().meta({
    description: 'What the call would change, as the audit trail would have it; empty if nothing.',
  }),
  schemaChange: judgedChange.optional().meta({
    description: 'What would become of an event type’s schema, where it would change.',
  }),
  error: z.string().optional().meta({ description: 'There when the call would be refused.' }),
  message: z.string().optional(),
  field: z.string().optional(),
  problems: z.array(z.object({ field: z.string().optional(), message: z.string() })).optional(),
});
export type DryRunOutcome = z.input<typeof outcome>;

const id = 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX';

export const dryRunRoutes = {
  dryRun: route({
    function: 'manage',
    tag: 'Environment',
    method: 'POST',
    path: '/v1/dry-run',
    scope: 'manage',
    keysOnly: true,
    changesNothing: true,
    audited: false,
    summary: 'See what calls would change',
    description:
      'Tries calls that create or replace targets, filters, subscriptions and event types, each by itself, and writes nothing. It finds what such a call would refuse, and which fields would differ, also those whose values are never shown.',
    body: {
      schema: z
        .strictObject({ calls: z.array(call).min(1).max(MAX_CALLS) })
        .meta({ id: 'DryRun', description: 'The calls, which know nothing of each other.' }),
      example: {
        calls: [
          { operation: 'putTarget', id, body: { url: 'https://example.com/hook', timeoutSeconds: 5 } },
          { operation: 'createFilter', body: { events: ['payment.**'] } },
        ],
      },
    },
    answers: {
      200: {
        description: 'What each call would do, in their order.',
        schema: z.object({ items: z.array(outcome) }).meta({ id: 'DryRunOutcomes' }),
        example: {
          items: [
            {
              etag: '"3"',
              entities: [
                {
                  kind: 'target',
                  id,
                  action: 'changed',
                  fields: [{ field: 'timeoutSeconds', before: 15, after: 5 }],
                },
              ],
            },
            {
              entities: [
                {
                  kind: 'filter',
                  id: 'flt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
                  action: 'created',
                  fields: [
                    { field: 'events', after: ['payment.**'] },
                    { field: 'active', after: true },
                  ],
                },
              ],
            },
          ],
        },
      },
    },
  }),
};
