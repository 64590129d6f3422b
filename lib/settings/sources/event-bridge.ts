import * as z from 'zod';
import { PAYLOADS } from '../../../lambdas/sources/eventbridge/event-bridge-source.ts';
import { sourceConcurrency, sourceName, sourcesOf, tenantSchema } from './common.ts';
import { eventPatternProblem } from './event-pattern.ts';
import { eventDefaults, eventTypeSchema } from './event-schemas.ts';

const BUS = /^([\w./-]{1,256}|arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]{1,256})$/;

const path = z
  .string()
  .regex(/^[\w$@-]+(\.[\w$@-]+)*$/, 'expected a path, such as detail.tenant')
  .max(200);

const { priority, region } = eventDefaults;

/** Events of a bus of EventBridge. */
const eventBridgeSourceSchema = z
  .strictObject({
    name: sourceName,
    /** Whose events they are: a tenant's, or that of the one that stands in the event where a path leads. */
    tenant: tenantSchema({ path }, '{"path": "detail.tenant", "of": ["ten_…"]} or "of": "any"'),
    /** The bus, by its name, or by its ARN where it is another account's. Left out, the account's default bus. */
    bus: z.string().regex(BUS, 'expected the name of an event bus, or its ARN').optional(),
    /** Which events of the bus are meant, as EventBridge takes it. Events that Posthorn itself sends never are. */
    pattern: z.record(z.string(), z.json()).superRefine((pattern, { addIssue }) => {
      const message = eventPatternProblem(pattern);
      if (message) addIssue({ code: 'custom', message });
    }),
    /** The type of all events. Left out, it comes of their detail type. */
    type: eventTypeSchema.optional(),
    /** Before a type that comes of a detail type: `shop` makes `shop.order-created` of `Order Created`. */
    typePrefix: eventTypeSchema.optional(),
    /** What payloads are: `detail`, or the whole event of EventBridge as `envelope`. Left out, `detail`. */
    payload: z.enum(PAYLOADS).optional(),
    priority,
    region,
    /** Batches of events that are worked on at once. */
    concurrency: sourceConcurrency,
  })
  .refine(({ type, typePrefix }) => type === undefined || typePrefix === undefined, {
    path: ['typePrefix'],
    message: 'expected none beside type, which is the same for all',
  });

export type EventBridgeSourceSettings = z.infer<typeof eventBridgeSourceSchema>;

export const eventBridgeSourcesSchema = sourcesOf(eventBridgeSourceSchema);
