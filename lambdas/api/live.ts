import * as z from 'zod';
import { DELIVERY_STATUSES } from '../delivery/delivery.ts';
import { isUlid } from '../values/ids.ts';
import { route } from './route.ts';
import { time } from './schemas.ts';

/** The live channel: a ticket for a WebSocket, and the frames that it sends. */

const ticket = z
  .object({
    ticket: z.string().meta({ description: 'Opens one connection, within a minute.' }),
    url: z.string().meta({
      description:
        'Where to connect, with the ticket in it. Where the console has an address of its own, `/live?ticket=…` there leads to the same.',
    }),
    expiresAt: time,
  })
  .meta({ id: 'LiveTicket' });

const wanted = z
  .strictObject({
    listener: z.string().optional().meta({ description: 'The listener whose connection it will be.' }),
    frames: z
      .boolean()
      .optional()
      .meta({ description: 'Whether that connection gets frames as well; false when left out.' }),
  })
  .meta({ id: 'NewLiveTicket' });

const outcome = z
  .object({
    deliveryId: z.string(),
    eventId: z.string(),
    type: z.string(),
    targetId: z.string(),
    subscriptionId: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempt: z.int().meta({ description: 'Attempts that were made so far; 0 where there was none.' }),
    statusCode: z.int().optional().meta({ description: 'Of the endpoint’s answer, if one came.' }),
    error: z.string().optional().meta({ description: 'What failed, where no answer came.' }),
    ms: z.int().optional().meta({ description: 'How long the attempt took.' }),
    reason: z.string().optional().meta({ description: 'Why it is dead, or what it waits for.' }),
    at: time,
    nextAttemptAt: time.optional(),
  })
  .meta({ id: 'LiveOutcome' });

const frame = z
  .object({
    type: z.literal('frame'),
    id: z.string().meta({ description: 'A ULID; those of later frames are higher.' }),
    at: time,
    outcomes: z
      .array(outcome)
      .optional()
      .meta({ description: 'What became of attempts, in the order of time: as many as fit.' }),
    counts: z
      .object({
        delivered: z.int(),
        failed: z.int().meta({ description: 'Attempts that failed, and are followed by others.' }),
        dead: z.int(),
        waiting: z.int().meta({ description: 'Deliveries that wait, without an attempt.' }),
        leftOut: z.int().meta({ description: 'Outcomes that are counted here, and not listed.' }),
      })
      .optional()
      .meta({ description: 'All outcomes since the frame before.' }),
    targets: z
      .array(
        z.object({
          targetId: z.string(),
          state: z.string().meta({
            description: '`open`: the breaker opened. `recovered`: it closed. `disabled`: it gets nothing.',
          }),
          reason: z.string().optional(),
          at: time,
        }),
      )
      .optional(),
    replays: z
      .array(
        z.object({
          id: z.string(),
          status: z.string(),
          done: z.int().meta({ description: 'Deliveries that were sent, or purged.' }),
          looked: z.int().meta({ description: 'Deliveries, or events, that were examined.' }),
          at: time,
        }),
      )
      .optional()
      .meta({ description: 'Jobs, and how far they have come.' }),
    changed: z.array(z.string()).optional().meta({
      description:
        'What calls have changed, so that it is to be fetched again: `targets`, `subscriptions`, `filters`, `event-types`, `deliveries`, `replays`, `tenants`, `keys`, `portal-tokens`.',
    }),
  })
  .meta({ id: 'LiveFrame', description: 'Members that would be empty are left out.' });
export type FrameView = z.input<typeof frame>;

const frames = z
  .object({
    items: z.array(frame),
    complete: z.boolean().meta({
      description:
        'Whether these are all since then. If not, what is shown has to be fetched anew: frames are kept for five minutes, and as long as somebody watches.',
    }),
  })
  .meta({ id: 'LiveFrames' });

const base = { function: 'manage', tag: 'Live', scope: 'read' } as const;

const exampleFrame: FrameView = {
  type: 'frame',
  id: '01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  at: '2026-11-21T12:00:01.000Z',
  outcomes: [
    {
      deliveryId: 'dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY',
      eventId: 'evt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
      type: 'order.paid',
      targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
      subscriptionId: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
      status: 'delivered',
      attempt: 1,
      statusCode: 200,
      ms: 41,
      at: '2026-11-21T12:00:00.412Z',
    },
  ],
  counts: { delivered: 1, failed: 0, dead: 0, waiting: 0, leftOut: 0 },
};

export const liveRoutes = {
  createLiveTicket: route({
    ...base,
    method: 'POST',
    path: '/v1/live/tickets',
    // The ticket takes the limit along.
    limitedBy: 'list',
    summary: 'Get a ticket to watch live',
    description: [
      'Opens a WebSocket, once and within a minute. The connection sees what the credential sees: its tenant, and its targets where it is limited to some. It ends with the credential, and at the latest after two hours.',
      'The server sends frames, at most one a second. The client sends `{"type":"ping"}` every four minutes and gets `{"type":"pong"}`: a connection that does not gets no more frames. After a break, `GET /v1/live/frames` has what was missed.',
      'With `listener`, which takes the scope `manage`, the connection is that listener’s, in the place of any before. The server sends `{"type":"request","id","listener","deadline","headers","body"}`, with the body in base64; of a body over some 20 KB it sends `bodyOf` instead, the id of an event whose payload is the body. The client answers `{"type":"answer","id","status","headers"?,"body"?}`, or `{"type":"answer","id","error"}` where its server gave no answer. A request may come again with the same id, over a new connection. Of the headers `retry-after` is passed on, of the body 2 KB.',
    ].join('\n\n'),
    body: {
      schema: wanted,
      optional: true,
      examples: { 'to watch': {}, 'to listen': { listener: 'lsn_01KAK2V5E4EPHEMERA6WV7Z1QX' } },
    },
    answers: {
      201: {
        description: 'The ticket.',
        schema: ticket,
        example: {
          ticket: 'tkt_3q2-7w…',
          url: 'wss://abc123.execute-api.eu-central-1.amazonaws.com/live?ticket=tkt_3q2-7w…',
          expiresAt: '2026-11-21T12:01:00.000Z',
        },
      },
      404: { description: 'There is no such listener, or it is over.' },
    },
  }),
  listLiveFrames: route({
    ...base,
    method: 'GET',
    path: '/v1/live/frames',
    limitedBy: 'list',
    summary: 'Catch up with the live channel',
    description: 'The frames that were sent after one that is known, for a client whose connection broke.',
    query: z.strictObject({
      after: z
        .string()
        .refine(isUlid, 'expected the id of a frame, a ULID')
        .meta({
          description: 'The last frame that is known, by its id.',
          pattern: '^[0-7][0-9A-HJKMNP-TV-Z]{25}$',
          examples: [exampleFrame.id],
        }),
    }),
    answers: {
      200: {
        description: 'The frames since, in their order.',
        schema: frames,
        example: { items: [exampleFrame], complete: true },
      },
    },
  }),
};
