import { bytesOf, mediaTypeOf, type Request, textOf, unsupported } from '../http/body.ts';
import { readBinary, readCloudEvents, readStructured } from './cloud-events.ts';
import type { NewEvent, Read } from './event-checks.ts';
import { readLogLines, readLogs } from './log-records.ts';
import { readBatch, readEvent, readRaw } from './read-events.ts';

/** What a request was found to hold: one event, or a list of which each has a result of its own. */
export type Content =
  | { readonly kind: 'one'; readonly read: Read<NewEvent> }
  | { readonly kind: 'list'; readonly read: Read<readonly Read<NewEvent>[]> };

const STRUCTURED = 'application/cloudevents+json';
const BATCHED = 'application/cloudevents-batch+json';
const LINES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
const EVENT_JSON = 'expected content-type application/json';
const RAW_CONTENT_TYPE = 'application/octet-stream';

/** Reads the body of a publishing route. @param maxBytes what the caller may send as a payload at most */
export const READERS: Readonly<Record<string, (request: Request, maxBytes: number) => Content>> = {
  publish: readOne,
  publishBatch: readMany,
  publishLogs: readRecords,
};

/** An event as our own JSON, as a CloudEvent in any of its modes, or as raw bytes with its type in a header. */
function readOne(request: Request, maxBytes: number): Content {
  const mediaType = mediaTypeOf(request);
  const { headers } = request;
  if (mediaType === BATCHED) return list(readCloudEvents(textOf(request), maxBytes));
  if (mediaType === STRUCTURED) return one(readStructured(textOf(request), maxBytes));
  if (mediaType.startsWith('application/cloudevents')) {
    throw unsupported(`expected CloudEvents in JSON: ${STRUCTURED} or ${BATCHED}`);
  }
  if (headers['ce-specversion'] !== undefined) return one(readBinary(headers, bytesOf(request), maxBytes));
  const type = headers['ce-type'];
  if (type !== undefined) return one(readRaw(bytesOf(request), rawFrom(request, type), maxBytes));
  if (mediaType === 'application/json') return one(readEvent(textOf(request), maxBytes));
  if (LINES.includes(mediaType))
    throw unsupported(`${EVENT_JSON}; log records, one a line, go to POST /v1/logs`);
  throw unsupported(`${EVENT_JSON}, a CloudEvent, or a raw body with its event type in a ce-type header`);
}

const rawFrom = ({ headers }: Request, type: string) => ({
  type,
  id: headers['ce-id'],
  contentType: headers['content-type'] ?? RAW_CONTENT_TYPE,
});

function readMany(request: Request, maxBytes: number): Content {
  const mediaType = mediaTypeOf(request);
  if (mediaType === BATCHED) return list(readCloudEvents(textOf(request), maxBytes));
  if (mediaType === 'application/json') return list(readBatch(textOf(request), maxBytes));
  if (mediaType === STRUCTURED) throw unsupported(`${EVENT_JSON}; one CloudEvent goes to POST /v1/events`);
  throw unsupported(`${EVENT_JSON} or ${BATCHED}`);
}

function readRecords(request: Request, maxBytes: number): Content {
  const mediaType = mediaTypeOf(request);
  if (mediaType === 'application/json') return list(readLogs(textOf(request), maxBytes));
  if (LINES.includes(mediaType)) return list(readLogLines(textOf(request), maxBytes));
  if (mediaType.startsWith('application/cloudevents')) {
    throw unsupported(`${EVENT_JSON}; CloudEvents go to POST /v1/events`);
  }
  throw unsupported(`${EVENT_JSON} or, for a record a line, ${LINES.join(', ')}`);
}

/** A body that is passed on as it is, to the subscription that the path names. */
export const readAddressed = (request: Request, body: Buffer, maxBytes: number): Read<NewEvent> =>
  readRaw(
    body,
    {
      type: request.queryStringParameters?.event_type,
      id: undefined,
      contentType: request.headers['content-type'] ?? RAW_CONTENT_TYPE,
    },
    maxBytes,
    'event_type',
  );

const one = (read: Read<NewEvent>): Content => ({ kind: 'one', read });
const list = (read: Read<readonly Read<NewEvent>[]>): Content => ({ kind: 'list', read });
