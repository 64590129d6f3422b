/** EventBridge's PutEvents. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
import { randomUUID } from 'node:crypto';
import { jsonBody, operationOf, type ServiceAnswer } from '../../services/call.ts';
import { type Asked, ofKind } from '../asked.ts';
import { json, Refusal } from '../refusal.ts';

export interface ReceivedEntry {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly resources: readonly string[];
  /** Seconds since the epoch. */
  readonly time: number | undefined;
}

export interface Bus {
  readonly kind: 'bus';
  readonly arn: string;
  readonly received: ReceivedEntry[];
}

export const createBus = (arn: string): Bus => ({ kind: 'bus', arn, received: [] });

interface Entry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Resources?: readonly string[];
  readonly Time?: number;
}

const MAX_ENTRIES = 10;
const MAX_BYTES = 1_048_576;
const MAX_DETAIL_TYPE = 128;

export function putEvents(asked: Asked): ServiceAnswer {
  const operation = operationOf(asked.call);
  if (operation !== 'PutEvents') throw new Refusal(400, 'UnknownOperationException', operation);
  const { Entries = [] } = (jsonBody(asked.call) ?? {}) as { Entries?: readonly Entry[] };
  if (Entries.length === 0 || Entries.length > MAX_ENTRIES)
    throw new Refusal(400, 'ValidationException', `expected 1 to ${MAX_ENTRIES} entries`);
  const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > MAX_BYTES)
    throw new Refusal(
      400,
      'ValidationException',
      `Total size of the entries in the request is over the limit.`,
    );
  for (const { EventBusName = '' } of Entries) asked.authorize('events:PutEvents', EventBusName);
  const results = Entries.map((entry) => put(asked, entry));
  return json({ FailedEntryCount: results.filter((one) => 'ErrorCode' in one).length, Entries: results });
}

function put({ resourceOf }: Asked, entry: Entry) {
  const { EventBusName = '', Source = '', DetailType = '', Detail = '', Resources = [], Time } = entry;
  const bus = ofKind<Bus>(resourceOf(EventBusName), 'bus');
  if (!bus) return failedEntry('ResourceNotFoundException', 'no such bus');
  if (!Source || Source.startsWith('aws.')) return failedEntry('NotAuthorizedForSourceException', Source);
  if (!DetailType || DetailType.length > MAX_DETAIL_TYPE) return failedEntry('InvalidArgument', 'DetailType');
  const detail = objectIn(Detail);
  if (!detail) return failedEntry('MalformedDetail', 'Detail is malformed.');
  bus.received.push({ source: Source, detailType: DetailType, detail, resources: Resources, time: Time });
  return { EventId: randomUUID() };
}

const failedEntry = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });

/** As EventBridge counts it. */
function sizeOf({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
