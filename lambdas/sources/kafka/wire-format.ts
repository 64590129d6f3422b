import { inflateSync } from 'node:zlib';
import { type Read, wrong } from '../../publishing/event-checks.ts';
import { mostOf } from './most-of.ts';

/** What registries' serializers put before a value: which schema wrote it. Pure. */
interface Framed {
  /** As its registry names the schema: a number of Confluent's, a UUID of Glue's. */
  readonly schemaId: string;
  /** What stands behind it. It is inflated only when it is read: a few bytes can become very many. */
  readonly body: () => Read<Uint8Array>;
}

export type Unframe = (value: Uint8Array) => Read<Framed>;

/**
 * A zero and the schema's number.
 * https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
 */
export const unframeConfluent: Unframe = (value) => {
  if (value.length < 5 || value[0] !== 0)
    return wrong('expected a value of Confluent’s wire format: a zero and 4 bytes of the schema’s id');
  const id = new DataView(value.buffer, value.byteOffset).getUint32(1);
  return { ok: true, value: { schemaId: String(id), body: () => ({ ok: true, value: value.subarray(5) }) } };
};

/** Of Glue's own serializers. https://github.com/awslabs/aws-glue-schema-registry, AWSSchemaRegistryConstants */
const GLUE_VERSION = 3;
const PLAIN = 0;
const ZLIB = 5;
const GLUE_HEADER = 18;

/** A byte of the version, one of the compression, and the schema version's UUID. */
export const unframeGlue: Unframe = (value) => {
  const [version, compression] = value;
  if (
    value.length < GLUE_HEADER ||
    version !== GLUE_VERSION ||
    (compression !== PLAIN && compression !== ZLIB)
  )
    return wrong(
      'expected a value of Glue’s wire format: 3, 0 or 5, and 16 bytes of the schema version’s id',
    );
  const hex = Buffer.from(value.subarray(2, GLUE_HEADER)).toString('hex');
  const schemaId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const rest = value.subarray(GLUE_HEADER);
  const body = (): Read<Uint8Array> => (compression === PLAIN ? { ok: true, value: rest } : inflated(rest));
  return { ok: true, value: { schemaId, body } };
};

function inflated(bytes: Uint8Array): Read<Uint8Array> {
  const maxOutputLength = mostOf(bytes.length);
  try {
    return { ok: true, value: inflateSync(bytes, { maxOutputLength }) };
  } catch {
    return wrong(`expected a body that zlib can inflate to at most ${maxOutputLength} bytes`);
  }
}
