import { isUtf8 } from 'node:buffer';
import { type Read, refused, wrong } from '../../publishing/event-checks.ts';
import { sliceMembers } from '../../publishing/forms/json-slice.ts';
import { isObject, parse } from '../../values/json.ts';
import { AvroProblem, readAvro, textOf } from './avro/read-json.ts';
import type { KafkaRecord } from './kafka-event.ts';
import { mostOf } from './most-of.ts';
import type { Schemas, ValueSchema } from './schemas.ts';
import type { Unframe } from './wire-format.ts';

/** What a record's value says. */
export interface RecordValue {
  /** As it came or, of Avro, as JSON. */
  readonly bytes: () => Uint8Array;
  /** The JSON of each member, where the value is an object. */
  readonly members: () => Read<ReadonlyMap<string, string>>;
  /** Whether a schema says that it is JSON. */
  readonly isJson: boolean;
}

/** How values are read: as they are, or by the schemas that they name. Pure. */
export type ReadValue = (value: Uint8Array) => Read<RecordValue>;

export const plainValue: ReadValue = (bytes) => ({
  ok: true,
  value: { bytes: () => bytes, members: () => membersOf(bytes), isJson: false },
});

/** @param schemas those that the batch's records name */
export const registeredValue =
  (unframe: Unframe, schemas: Schemas): ReadValue =>
  (value) => {
    const framed = unframe(value);
    if (!framed.ok) return framed;
    const schema = schemas.get(framed.value.schemaId)!;
    if (!schema.ok) return schema;
    const body = framed.value.body();
    return body.ok ? bySchema(body.value, schema.value, mostOf(value.length)) : body;
  };

function bySchema(bytes: Uint8Array, by: ValueSchema, most: number): Read<RecordValue> {
  if (by.format === 'json')
    return { ok: true, value: { bytes: () => bytes, members: () => membersOf(bytes), isJson: true } };
  try {
    const value = readAvro(bytes, by.schema, most);
    const members = (): Read<ReadonlyMap<string, string>> =>
      'members' in value ? { ok: true, value: value.members } : NO_OBJECT;
    return { ok: true, value: { bytes: () => Buffer.from(textOf(value)), members, isJson: true } };
  } catch (error) {
    if (error instanceof AvroProblem) return wrong(`Avro: ${error.message}`);
    throw error;
  }
}

const NO_OBJECT = wrong('expected an object');

function membersOf(bytes: Uint8Array): Read<ReadonlyMap<string, string>> {
  const text = jsonTextOf(bytes);
  if (!text.ok) return text;
  const json = parse(text.value);
  if (!json.ok) return refused({ code: 'malformed_json', message: json.message });
  return isObject(json.value) ? { ok: true, value: sliceMembers(text.value) } : NO_OBJECT;
}

const jsonTextOf = (bytes: Uint8Array): Read<string> =>
  isUtf8(bytes)
    ? { ok: true, value: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') }
    : wrong('expected JSON in UTF-8');

/** What is wrong with bytes that are said to be JSON. */
export function jsonProblem(bytes: Uint8Array): Read<undefined> {
  const text = jsonTextOf(bytes);
  if (!text.ok) return text;
  const json = parse(text.value);
  return json.ok
    ? { ok: true, value: undefined }
    : refused({ code: 'malformed_json', message: json.message });
}

/** The ids of all schemas that records name. Those whose values name none are refused when they are read. */
export const schemaIdsOf = (records: readonly KafkaRecord[], unframe: Unframe): string[] =>
  records.flatMap(({ value }) => {
    const framed = value && unframe(value);
    return framed?.ok ? [framed.value.schemaId] : [];
  });
