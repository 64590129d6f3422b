import type { Priority } from '../../events/event-meta.ts';
import {
  combined,
  contentTypeProblem,
  idProblem,
  invalid,
  type NewEvent,
  priorityProblem,
  type Read,
  refused,
  regionProblem,
  sizeProblem,
  sourceProblem,
  typeProblem,
  wrong,
} from '../../publishing/event-checks.ts';
import { isJsonType } from '../../publishing/forms/cloud-events.ts';
import { missing } from '../../values/problem-words.ts';
import { namedTenant } from '../named-tenant.ts';
import type { SourceRecord } from '../publish-records.ts';
import type { KafkaRecord } from './kafka-event.ts';
import { coordinatesOf, type KafkaSource, type RecordForm } from './kafka-source.ts';
import { jsonProblem, type ReadValue, type RecordValue } from './record-value.ts';

const JSON_TYPE = 'application/json';

/** A record as an event, and whose. Pure. */
export function readRecord(source: KafkaSource, record: KafkaRecord, readValue: ReadValue): SourceRecord {
  const value = once(() => (record.value ? readValue(record.value) : TOMBSTONE));
  return {
    tenant: tenantOf(source, record, value),
    event: (maxBytes) => eventOf(source, record, value(), maxBytes),
    at: coordinatesOf(record),
    raw: () => JSON.stringify(record.raw),
  };
}

/** A record without a value deletes its key, in a topic that is compacted. As a payload that is null. */
const TOMBSTONE: Read<RecordValue> = {
  ok: true,
  value: {
    bytes: () => Buffer.from('null'),
    members: () => wrong('expected a value; this record has none, as one that deletes its key'),
    isJson: true,
  },
};

function tenantOf(
  { tenant }: KafkaSource,
  { headers }: KafkaRecord,
  value: () => Read<RecordValue>,
): Read<string> {
  if (typeof tenant === 'string') return { ok: true, value: tenant };
  if ('header' in tenant)
    return namedTenant(headers.get(tenant.header.toLowerCase()), tenant.of, `header ${tenant.header}`);
  const read = value();
  const members = read.ok ? read.value.members() : read;
  return members.ok ? namedTenant(jsonOf(members.value, tenant.member), tenant.of, tenant.member) : members;
}

function eventOf(
  source: KafkaSource,
  record: KafkaRecord,
  value: Read<RecordValue>,
  maxBytes: number,
): Read<NewEvent> {
  if (!value.ok) return value;
  const id = `${source.idPrefix ?? ''}${coordinatesOf(record)}`;
  const { records } = source;
  const event =
    records.form === 'envelope'
      ? fromEnvelope(value.value, records, id)
      : fromPayload(value.value, records, record, id);
  if (!event.ok) return event;
  const problem = combined(idProblem(id, 'id'), sizeProblem(event.value.body, maxBytes, event.value.at));
  return problem ? refused(problem) : event;
}

type Form<Kind extends RecordForm['form']> = Extract<RecordForm, { form: Kind }>;

/** What stands beside the payload as in `POST /v1/events`. Other members are the producer's own affair. */
function fromEnvelope(value: RecordValue, { payloadText }: Form<'envelope'>, id: string): Read<NewEvent> {
  const read = value.members();
  if (!read.ok) return read;
  const members = read.value;
  const type = jsonOf(members, 'event_type');
  const [source, priority, region] = ['source', 'priority', 'region'].map((name) => jsonOf(members, name));
  const payload = members.get('payload');
  const problem = combined(
    typeProblem(type, 'event_type'),
    payload === undefined ? invalid(missing(), 'payload') : undefined,
    sourceProblem(source, 'source'),
    priorityProblem(priority, 'priority'),
    regionProblem(region, 'region'),
  );
  if (problem) return refused(problem);
  const body = payloadText ? textPayload(payload!) : { ok: true as const, value: Buffer.from(payload!) };
  if (!body.ok) return body;
  return {
    ok: true,
    value: {
      id,
      type: type as string,
      contentType: JSON_TYPE,
      body: body.value,
      at: 'payload',
      source: source as string | undefined,
      priority: priority as Priority | undefined,
      region: region as string | undefined,
    },
  };
}

/** A payload that is JSON within a text, as producers write it whose schema knows only texts. */
function textPayload(payload: string): Read<Buffer> {
  const text: unknown = JSON.parse(payload);
  if (typeof text !== 'string') return wrong('expected a text that holds JSON', 'payload');
  const body = Buffer.from(text);
  const checked = jsonProblem(body);
  return checked.ok ? { ok: true, value: body } : wrong(checked.problem.message, 'payload');
}

/** A value that is a member's JSON. Null is none: Avro has no other word for a field that is left out. */
function jsonOf(members: ReadonlyMap<string, string>, name: string): unknown {
  const text = members.get(name);
  return text === undefined ? undefined : (JSON.parse(text) ?? undefined);
}

function fromPayload(
  value: RecordValue,
  form: Form<'payload'>,
  record: KafkaRecord,
  id: string,
): Read<NewEvent> {
  const [type, field] =
    typeof form.type === 'string'
      ? [form.type, 'type']
      : [record.headers.get(form.type.header.toLowerCase()), `header ${form.type.header}`];
  const contentType = value.isJson
    ? JSON_TYPE
    : (record.headers.get('content-type') ?? form.contentType ?? JSON_TYPE);
  const body = value.bytes();
  const problem = combined(typeProblem(type, field), contentTypeProblem(contentType, 'header content-type'));
  if (problem) return refused(problem);
  if (isJsonType(contentType)) {
    const json = jsonProblem(body);
    if (!json.ok) return json;
  }
  return { ok: true, value: { id, type: type!, contentType, body, at: 'value' } };
}

/** What is read of a record is read once, and only if somebody asks. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
