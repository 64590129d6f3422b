import * as z from 'zod';
import { MAX_EXPRESSION_BYTES } from '../transform/limits.ts';
import { route } from './route.ts';
import { eventType, wellFormed } from './schemas.ts';

/** What a transformation makes of an event, without sending it. */

/** As much of a body as an answer shows, in characters. */
export const MAX_SHOWN = 262_144;

const tried = z
  .strictObject({
    transform: wellFormed(MAX_EXPRESSION_BYTES)
      .min(1)
      .optional()
      .meta({ description: 'The expression to try; the target’s own when left out.' }),
    event: z
      .string()
      .max(128)
      .optional()
      .meta({ description: 'The id of an event that was published; not together with `type` or `data`.' }),
    type: eventType.optional().meta({
      description: 'The type of an event that is made up; `posthorn.test` when left out.',
    }),
    data: z.unknown().optional().meta({
      description: 'The payload of an event that is made up, any JSON; the sample of its type when left out.',
    }),
  })
  .meta({ id: 'TransformTrial' });

const outcome = z
  .object({
    ok: z.boolean(),
    request: z
      .object({
        method: z.enum(['POST', 'PUT', 'PATCH']).optional().meta({
          description:
            'Left out, with `url` and `headers`, for kinds that make their own request of the body.',
        }),
        url: z.string().optional(),
        headers: z.record(z.string(), z.string()).optional().meta({
          description:
            'Those of the connection left out. Signatures, and values of the target’s own headers, are `[hidden]`.',
        }),
        contentType: z.string(),
        bytes: z.int().meta({ description: 'Of the body.' }),
        body: z
          .string()
          .optional()
          .meta({ description: `Its first ${MAX_SHOWN} characters, if it is text.` }),
      })
      .optional()
      .meta({ description: 'What would be sent.' }),
    problem: z
      .object({
        message: z.string(),
        position: z.int().optional().meta({ description: 'The character of the expression, from 1.' }),
      })
      .optional()
      .meta({ description: 'Why nothing would be: a delivery becomes a dead letter, `transform_failed`.' }),
  })
  .meta({ id: 'TransformOutcome' });
export type TransformOutcome = z.input<typeof outcome>;

export const transformTestRoutes = {
  testTransform: route({
    function: 'manage',
    tag: 'Targets',
    method: 'POST',
    path: '/v1/targets/{id}/transform/test',
    scope: 'manage',
    limitedBy: 'target',
    audited: false,
    summary: 'Try a transformation',
    description:
      'Answers what the target’s transformation, or the one in the body, makes of an event. Nothing is sent and nothing is changed.',
    body: {
      optional: true,
      schema: tried,
      example: {
        transform: '{"body": {"text": type & ": " & data.message}}',
        type: 'payment.failed',
        data: { message: 'Card declined' },
      },
    },
    answers: {
      200: {
        description: 'What would be sent, or the problem.',
        schema: outcome,
        example: {
          ok: true,
          request: {
            method: 'POST',
            url: 'https://example.com/hook',
            headers: { 'content-type': 'application/json' },
            contentType: 'application/json',
            bytes: 41,
            body: '{"text":"payment.failed: Card declined"}',
          },
        },
      },
    },
  }),
};
