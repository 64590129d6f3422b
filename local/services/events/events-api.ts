/** PutEvents, with which programs and `aws events` send to a bus. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Access } from '../../core/access.ts';
import { ACCOUNT } from '../../core/account.ts';
import type { Meter } from '../../core/meter.ts';
import { jsonAnswer, jsonBody, operationOf, type ServiceAnswer, type ServiceCall } from '../call.ts';
import { busArn, type EventBuses } from './event-buses.ts';

/** How the header that names an operation begins. */
export const EVENTS_TARGET = 'AWSEvents.';

/** Of all entries of a request, as EventBridge counts them. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const REQUEST_BYTES = 1_048_576;
const TIME_BYTES = 14;
const CHUNK_BYTES = 64 * 1024;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
const entrySchema = z.strictObject({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  /** Seconds since the epoch. */
  Time: z.number().optional(),
  Resources: z.array(z.string()).optional(),
  EventBusName: z.string().optional(),
  TraceHeader: z.string().max(500).optional(),
});

const inputSchema = z.strictObject({ Entries: z.array(entrySchema).min(1).max(10) });

type Entry = z.output<typeof entrySchema>;
type Result = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/** The emulator of EventBridge. */
export function createEventsApi(access: Access, buses: EventBuses, meter?: Meter) {
  function putEntry(entry: Entry, region: string): Result {
    const refused = problemOf(entry);
    if (refused) return refused;
    const arn = busArn(region, entry.EventBusName ?? 'default');
    if (!buses.hasBus(arn)) return failure('ResourceNotFoundException', `Event bus ${arn} does not exist.`);
    const id = randomUUID();
    buses.put(arn, {
      version: '0',
      id,
      'detail-type': entry.DetailType!,
      source: entry.Source!,
      account: ACCOUNT,
      time: new Date(entry.Time === undefined ? Date.now() : entry.Time * 1000)
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      region,
      resources: entry.Resources ?? [],
      detail: JSON.parse(entry.Detail!) as object,
    });
    return { EventId: id };
  }

  return {
    async answer(call: ServiceCall): Promise<ServiceAnswer> {
      const operation = operationOf(call);
      if (operation !== 'PutEvents')
        return refusal('UnknownOperationException', `EventBridge here has no ${operation}.`);
      const parsed = inputSchema.safeParse(jsonBody(call));
      if (!parsed.success) return refusal('ValidationException', z.prettifyError(parsed.error));
      const { Entries } = parsed.data;
      const arns = new Set(Entries.map(({ EventBusName = 'default' }) => busArn(call.region, EventBusName)));
      const checks = [...arns].map((resource) => ({ action: 'events:PutEvents', resource }));
      const denial = access.refuse(call.accessKey, checks);
      if (denial) return refusal('AccessDeniedException', denial.message);
      const sizes = Entries.map(bytesOf);
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      if (bytes > REQUEST_BYTES)
        return refusal(
          'ValidationException',
          `Total size of the entries in the request is over the limit: ${bytes}`,
        );
      const results = Entries.map((entry) => putEntry(entry, call.region));
      const units = sizes.reduce((sum, size) => sum + Math.ceil(size / CHUNK_BYTES), 0);
      meter?.count({
        caller: access.nameOf(call.accessKey),
        service: 'events',
        operation,
        requests: 1,
        units,
      });
      const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
      return jsonAnswer(200, CONTENT_TYPE, { FailedEntryCount, Entries: results });
    },
  };
}

export type EventsApi = ReturnType<typeof createEventsApi>;

/** Why an entry fails by itself. */
function problemOf({ Source, DetailType, Detail }: Entry): Result | undefined {
  const missing = Object.entries({ Source, DetailType, Detail }).find(([, text]) => !text);
  if (missing)
    return failure(
      'InvalidArgument',
      `Parameter ${missing[0]} is not valid. Reason: ${missing[0]} is a required argument.`,
    );
  if (Source!.startsWith('aws.'))
    return failure('NotAuthorizedForSourceException', `Not authorized for the source.`);
  if (DetailType!.length > 128)
    return failure(
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: it has more than 128 characters.',
    );
  const detail = jsonBody({ body: Detail! });
  return detail && !Array.isArray(detail) ? undefined : failure('MalformedDetail', 'Detail is malformed.');
}

const bytesOf = ({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: Entry): number =>
  [Source, DetailType, Detail, ...Resources].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    Time === undefined ? 0 : TIME_BYTES,
  );

const failure = (ErrorCode: string, ErrorMessage: string): Result => ({ ErrorCode, ErrorMessage });

const CONTENT_TYPE = 'application/x-amz-json-1.1';

const refusal = (type: string, message: string): ServiceAnswer =>
  jsonAnswer(400, CONTENT_TYPE, { __type: type, message });
