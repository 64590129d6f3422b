import type { SQSRecord } from 'aws-lambda';
import {
  combined,
  idProblem,
  type NewEvent,
  parseJson,
  type Read,
  refused,
  sizeProblem,
  sourceProblem,
  typeProblem,
  wrong,
} from '../../publishing/event-checks.ts';
import { JSON_TYPE } from '../../publishing/forms/form.ts';
import { sliceMembers } from '../../publishing/forms/json-slice.ts';
import { isObject, type JsonObject } from '../../values/json.ts';
import { memberAt } from '../member-at.ts';
import { tenantBy } from '../named-tenant.ts';
import type { SourceRecord } from '../publish-records.ts';
import { type EventBridgeSource, OWN_SOURCE } from './event-bridge-source.ts';
import { typeOf } from './type-of.ts';

/** An event of EventBridge, which a rule has sent to the source's queue. */
export const eventBridgeRecord =
  (source: EventBridgeSource) =>
  (message: SQSRecord): SourceRecord => {
    const read = envelopeIn(message.body);
    return {
      tenant: read.ok ? tenantOf(source, read.value) : read,
      event: (maxBytes) => (read.ok ? eventOf(source, read.value, message.body, maxBytes) : read),
      at: read.ok ? read.value.id : `message ${message.messageId}`,
      raw: () => message.body,
    };
  };

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
interface Envelope extends JsonObject {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
}

function envelopeIn(text: string): Read<Envelope> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const names = ['id', 'source', 'detail-type'];
  const envelope = isObject(json.value) ? json.value : {};
  const missing = names.find((name) => typeof envelope[name] !== 'string');
  if (missing !== undefined) return wrong('expected a text, as events of EventBridge have', missing);
  if (envelope.detail === undefined)
    return wrong('expected a member, as events of EventBridge have', 'detail');
  return { ok: true, value: envelope as Envelope };
}

const tenantOf = ({ tenant }: EventBridgeSource, envelope: Envelope): Read<string> =>
  tenantBy(tenant, ({ path }) => ({ found: memberAt(envelope, path), field: path }));

function eventOf(
  source: EventBridgeSource,
  { id, source: from, 'detail-type': detailType }: Envelope,
  text: string,
  maxBytes: number,
): Read<NewEvent> {
  if (isOwn(from)) return wrong('expected an event that Posthorn has not sent itself', 'source');
  const { type = typeOf(detailType, source.typePrefix), payload, priority, region } = source;
  // As it stands in the message: numbers keep their digits.
  const body = Buffer.from(payload === 'envelope' ? text : sliceMembers(text).get('detail')!);
  const problem = combined(
    typeProblem(type, 'detail-type'),
    idProblem(id, 'id'),
    sourceProblem(from, 'source'),
    sizeProblem(body, maxBytes, payload === 'envelope' ? undefined : 'detail'),
  );
  if (problem) return refused(problem);
  const value = { id, type, contentType: JSON_TYPE, body, at: 'detail', source: from, priority, region };
  return { ok: true, value };
}

const isOwn = (source: string): boolean => source === OWN_SOURCE || source.startsWith(`${OWN_SOURCE}.`);
