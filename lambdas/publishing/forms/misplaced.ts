import { isObject } from '../../values/json.ts';
import { LEVEL_MEMBERS } from './log-level.ts';

/** Bodies that are right, but not where they came: each publishing route tells of the others. Pure. */

/** What the JSON routes that publish take. */
export type Place = 'event' | 'batch' | 'logs';

const PLACES: Readonly<Record<Place, { readonly expected: string; readonly instead: string }>> = {
  event: { expected: 'an event, {"type": …, "data": …}', instead: 'one event goes to POST /v1/events' },
  batch: {
    expected: 'events, {"events": […]}',
    instead: 'several events go to POST /v1/events/batch, as {"events": […]}',
  },
  logs: { expected: 'a log record or a list of them', instead: 'log records go to POST /v1/logs' },
};

const CLOUD_EVENT = 'a CloudEvent goes to POST /v1/events with content-type application/cloudevents+json';
const CLOUD_EVENTS =
  'CloudEvents in a list go to POST /v1/events with content-type application/cloudevents-batch+json';

/**
 * What to do with a body that can't be right where it came, or undefined where it may be.
 * @param body parsed JSON that came as application/json
 */
export function misplaced(place: Place, body: unknown): string | undefined {
  const instead = Array.isArray(body) ? ofList(place, body[0]) : ofObject(place, body);
  return instead && `expected ${PLACES[place].expected}; ${instead}`;
}

function ofList(place: Place, first: unknown): string | undefined {
  if (!isObject(first)) return undefined;
  if (isCloudEvent(first)) return CLOUD_EVENTS;
  if (isRecord(first)) return place === 'logs' ? undefined : PLACES.logs.instead;
  return isEvent(first) ? PLACES.batch.instead : undefined;
}

function ofObject(place: Place, body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  if (isCloudEvent(body)) return CLOUD_EVENT;
  if (isRecord(body)) return place === 'logs' ? undefined : PLACES.logs.instead;
  if (Array.isArray(body.events)) return place === 'batch' ? undefined : PLACES.batch.instead;
  return isEvent(body) && place !== 'event' ? PLACES.event.instead : undefined;
}

const has = (body: Record<string, unknown>, ...names: readonly string[]): boolean =>
  names.some((name) => Object.hasOwn(body, name));

/** A log record may be of any shape, so of one that says its level nothing else is asked. */
const isCloudEvent = (body: Record<string, unknown>): boolean =>
  has(body, 'specversion') && has(body, 'type') && !has(body, ...LEVEL_MEMBERS, 'event_type');

const isRecord = (body: Record<string, unknown>): boolean =>
  has(body, ...LEVEL_MEMBERS, 'message', 'event_type') && !has(body, 'type', 'data', 'events');

const isEvent = (body: Record<string, unknown>): boolean =>
  has(body, 'type') && has(body, 'data') && !has(body, ...LEVEL_MEMBERS, 'event_type');
