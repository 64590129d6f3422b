import * as z from 'zod';
import { exampleFilter, filterSettings, isNamed, namedFilter, payment } from './filters.ts';
import { route } from './route.ts';
import { time } from './schemas.ts';

/** How many of the last events a filter would have matched. */

const MAX_EVENTS = 1000;

const previewOf = <F extends z.ZodType>(tried: F) =>
  z.strictObject({
    filter: tried,
    from: time.optional().meta({ description: 'Events accepted at or after this time.' }),
    to: time.optional().meta({ description: 'Events accepted before this time; now when left out.' }),
    limit: z
      .int()
      .min(1)
      .max(MAX_EVENTS)
      .optional()
      .meta({ description: `How many events at most; ${MAX_EVENTS} when left out.` }),
    compareWith: z
      .string()
      .regex(/^(flt|sub)_/, 'expected the id of a filter or of a subscription')
      .optional()
      .meta({ description: 'A filter to compare with, by its id or by that of a subscription that has it.' }),
  });

const count = (description: string) => z.int().meta({ description });

const preview = z
  .object({
    scanned: count(
      'Events that were tried, newest first. An event that was addressed to one subscription asks no filter.',
    ),
    matched: count('Those that the filter matches.'),
    share: z
      .number()
      .nullable()
      .meta({ description: 'Of those that could be decided, from 0 to 1; null without any.' }),
    undecided: count('Those whose payload decides it, and is no longer kept.'),
    from: time.meta({
      description: 'The span that was covered begins here: at the oldest event tried, if it was cut.',
    }),
    to: time,
    isCut: z.boolean().meta({ description: 'Whether there are older events that were not tried.' }),
    cutBy: z.enum(['events', 'payloads', 'steps']).optional().meta({
      description:
        'By which bound: the number of events; payloads (8 MiB, or 100 that are read from the bucket); or steps, where the filter takes too many of them.',
    }),
    payloadsRead: count('Payloads that were read from the bucket.'),
    examples: z
      .array(z.object({ id: z.string(), type: z.string(), acceptedAt: time }))
      .meta({ description: 'The newest events that match, 10 at most.' }),
    comparedWith: z
      .object({
        filterId: z.string(),
        subscriptionId: z.string().optional(),
        matched: count('Events that the other filter matches, as it is now.'),
        added: count('Those that the filter matches and the other does not.'),
        dropped: count('Those that the other matches and the filter does not.'),
      })
      .optional(),
  })
  .meta({ id: 'FilterPreview' });
export type FilterPreview = z.input<typeof preview>;

const previewed: FilterPreview = {
  scanned: 1000,
  matched: 40,
  share: 0.04,
  undecided: 0,
  from: '2026-11-21T09:12:00.000Z',
  to: '2026-11-21T12:00:00.000Z',
  isCut: true,
  cutBy: 'events',
  payloadsRead: 12,
  examples: [{ id: 'failure-17', type: payment.type, acceptedAt: '2026-11-21T12:00:00.000Z' }],
};

export const filterPreviewRoutes = {
  previewFilter: route({
    function: 'manage',
    tag: 'Filters',
    method: 'POST',
    path: '/v1/filters/preview',
    scope: 'read',
    summary: 'Try a filter on the last events',
    description: `How many of the tenant’s last events the filter matches, newest first: ${MAX_EVENTS} at most, and fewer where their payloads are large.`,
    body: {
      schema: previewOf(z.union([namedFilter, filterSettings])).meta({ id: 'NewFilterPreview' }),
      choose: (body) => previewOf(isNamed(body) ? namedFilter : filterSettings),
      examples: {
        'all events that are kept': { filter: exampleFilter },
        'the last 100': { filter: { events: ['payment.**'], filters: { amount: 20 } }, limit: 100 },
      },
    },
    answers: { 200: { description: 'How many match.', schema: preview, example: previewed } },
  }),
};
