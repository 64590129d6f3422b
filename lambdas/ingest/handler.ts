import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { requireEnv } from '../adapters/env.ts';
import { ApiError, errorResponse, json, unavailable } from '../adapters/http.ts';
import { errorFields, warn } from '../adapters/log.ts';
import { sendMessages } from '../adapters/sqs.ts';
import { type AuthorizedRequest, tenantOf } from '../api-context.ts';
import { eventIdOf } from '../domain/event-id.ts';
import { ulidSource } from '../domain/ids.ts';
import type { EventInFlight, EventsMessage } from '../domain/messages.ts';
import { packBySize } from '../domain/pack.ts';
import { inlinePayload, MAX_INLINE_BYTES, payloadKey } from '../domain/payload.ts';
import { type NewEvent, type Read, readBatch, readEvent, readRaw } from '../domain/publish.ts';

const queueUrl = requireEnv('EVENTS_QUEUE_URL');
const bucket = requireEnv('PAYLOAD_BUCKET');
const nextUlid = ulidSource();

type Request = APIGatewayProxyEventV2 & AuthorizedRequest;

/** Accepts events: validates, stores what is large, sends the rest to the queue, answers with the ids. */
export async function handler(request: Request): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const isBatch = request.routeKey === 'POST /v1/events/batch';
    const events = isBatch ? accept(readBatch(textOf(request))) : [accept(readOne(request))];
    const ids = await publish(tenantOf(request), events);
    return json(202, isBatch ? { events: ids.map((id) => ({ id })) } : { id: ids[0] });
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(error);
    warn('ingest failed', errorFields(error));
    return errorResponse(unavailable());
  }
}

async function publish(tenant: string, events: readonly NewEvent[]): Promise<string[]> {
  const now = Date.now();
  const inFlight = await Promise.all(events.map((event) => toInFlight(tenant, event, nextUlid(now))));
  await sendMessages(
    queueUrl,
    packBySize(inFlight).map((packed) => ({ body: toMessage(tenant, packed), group: tenant })),
  );
  return inFlight.map(({ id }) => id);
}

const toMessage = (tenant: string, events: EventInFlight[]): EventsMessage => ({
  v: 1,
  kind: 'events',
  tenant,
  events,
});

/** A large payload is stored before its event is sent, so that no event can be without its payload. */
async function toInFlight(tenant: string, event: NewEvent, ulid: string): Promise<EventInFlight> {
  const frame = { id: eventIdOf(ulid, event.id), ulid, type: event.type, contentType: event.contentType };
  if (event.body.length <= MAX_INLINE_BYTES) return { ...frame, payload: inlinePayload(event.body) };
  const key = payloadKey(tenant, ulid);
  // The S3 client is loaded by the first large payload, not by every cold start.
  const { putPayload } = await import('../adapters/payload-bucket.ts');
  await putPayload(bucket, key, event.body);
  return { ...frame, payload: { kind: 'stored', key, bytes: event.body.length } };
}

function readOne(request: Request): Read<NewEvent> {
  refuseWhatWouldBeChanged(request);
  const type = request.headers['ce-type'];
  if (type === undefined) return readEvent(textOf(request));
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  return readRaw(bytesOf(request), { type, id: request.headers['ce-id'], contentType });
}

/**
 * API Gateway hands text on as UTF-8 and says nothing of an encoding to the endpoint, so a body that is compressed,
 * or text in another character set, would not arrive as it was sent.
 */
function refuseWhatWouldBeChanged(request: Request): void {
  const { headers, isBase64Encoded } = request;
  const encoding = headers['content-encoding'] ?? 'identity';
  const charset = /;\s*charset="?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  // Bytes that are not UTF-8 have become U+FFFD on the way, which is longer.
  const isText = /^(utf-?8|us-ascii)$/i.test(charset) && bytesOf(request).length === sentLength(request);
  const isIntact = encoding === 'identity' && (isBase64Encoded || isText);
  if (isIntact) return;
  const expected = 'expected a body without content-encoding and, if it is text, in UTF-8';
  throw new ApiError(
    415,
    'unsupported_media_type',
    `${expected}; send other bytes with content-type application/octet-stream`,
  );
}

/** What the producer says that it sent; without a word it is taken to be what came. */
const sentLength = (request: Request): number =>
  Number(request.headers['content-length'] ?? bytesOf(request).length);

const bytesOf = ({ body = '', isBase64Encoded }: Request): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/** The text of a JSON request. */
function textOf(request: Request): string {
  const contentType = request.headers['content-type'] ?? '';
  if (/^application\/json\b/i.test(contentType)) return bytesOf(request).toString('utf8');
  const expected =
    'expected content-type application/json, or a raw body with its event type in a ce-type header';
  throw new ApiError(415, 'unsupported_media_type', expected);
}

const STATUS = { malformed_json: 400, validation_failed: 422, payload_too_large: 413 } as const;

function accept<T>(read: Read<T>): T {
  if (read.ok) return read.value;
  const { code, message, field } = read.problem;
  throw new ApiError(STATUS[code], code, message, field);
}
