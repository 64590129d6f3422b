import { isObject, type JsonObject, parse } from '../../../values/json.ts';

/**
 * A schema of Avro, ready to read values by. https://avro.apache.org/docs/1.12.0/specification/
 *
 * Names of fields and symbols are kept as JSON, since that is what is written of them.
 */
export type Schema =
  | { readonly kind: Primitive; readonly logical?: Logical | undefined }
  | { readonly kind: 'fixed'; readonly size: number; readonly logical?: Logical | undefined }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: Schema }
  | { readonly kind: 'map'; readonly values: Schema }
  | { readonly kind: 'union'; readonly branches: readonly Schema[] }
  /** Its fields are filled in once they are known: a record can hold itself. */
  | { readonly kind: 'record'; readonly fields: Field[] };

interface Field {
  readonly name: string;
  /** As it stands in JSON, with its quotes. */
  readonly quoted: string;
  readonly schema: Schema;
}

export type Logical =
  | { readonly name: 'decimal'; readonly scale: number }
  | { readonly name: Exclude<(typeof LOGICAL)[number]['name'], 'decimal'> };

export type ParsedSchema =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly problem: string };

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
type Primitive = (typeof PRIMITIVES)[number];

/** Which kinds a logical type may stand on. One that stands elsewhere is passed over, as the specification asks. */
const LOGICAL = [
  { name: 'decimal', on: ['bytes', 'fixed'] },
  { name: 'uuid', on: ['string', 'fixed'], size: 16 },
  { name: 'duration', on: ['fixed'], size: 12 },
  { name: 'date', on: ['int'] },
  { name: 'time-millis', on: ['int'] },
  { name: 'time-micros', on: ['long'] },
  { name: 'timestamp-millis', on: ['long'] },
  { name: 'timestamp-micros', on: ['long'] },
  { name: 'timestamp-nanos', on: ['long'] },
  { name: 'local-timestamp-millis', on: ['long'] },
  { name: 'local-timestamp-micros', on: ['long'] },
  { name: 'local-timestamp-nanos', on: ['long'] },
] as const satisfies readonly { name: string; on: readonly string[]; size?: number }[];

/** Glue takes schemas of up to 170,000 characters. */
const MAX_CHARACTERS = 1_000_000;
/** More types than any schema has that people wrote. */
const MAX_TYPES = 10_000;
/** Each level is one of recursion. */
const MAX_LEVELS = 100;
/** A decimal with more digits behind its point is none that anybody counts with. */
const MAX_SCALE = 1000;
const NAME = /^[A-Za-z_]\w*$/;
const FULL_NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

class SchemaProblem extends Error {
  override readonly name = 'SchemaProblem';
}

/**
 * Reads a schema. Its cost is bounded by its size, whatever it holds.
 * @param references schemas that this one names types of, as a registry lists them, what is needed first first
 */
export function parseSchema(text: string, references: readonly string[] = []): ParsedSchema {
  const named = new Map<string, Schema>();
  const count = { types: 0 };
  let schema: Schema | undefined;
  try {
    for (const each of [...references, text]) schema = new Parser(named, count).read(json(each), '', 0);
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error;
    return { ok: false, problem: error.message };
  }
  return { ok: true, schema: schema! };
}

function json(text: string): unknown {
  if (text.length > MAX_CHARACTERS)
    throw new SchemaProblem(`expected at most ${MAX_CHARACTERS} characters, got ${text.length}`);
  const parsed = parse(text);
  if (!parsed.ok) throw new SchemaProblem(parsed.message);
  return parsed.value;
}

class Parser {
  private readonly named: Map<string, Schema>;
  private readonly count: { types: number };

  constructor(named: Map<string, Schema>, count: { types: number }) {
    this.named = named;
    this.count = count;
  }

  /** @param namespace of the type around it */
  read(value: unknown, namespace: string, level: number): Schema {
    if (++this.count.types > MAX_TYPES) throw new SchemaProblem(`expected at most ${MAX_TYPES} types`);
    if (level > MAX_LEVELS) throw new SchemaProblem(`expected at most ${MAX_LEVELS} levels`);
    if (typeof value === 'string') return this.byName(value, namespace);
    if (Array.isArray(value)) return this.union(value, namespace, level);
    if (!isObject(value)) throw new SchemaProblem('expected a name, a list or an object for each type');
    return this.complex(value, namespace, level);
  }

  private byName(name: string, namespace: string): Schema {
    if (isPrimitive(name)) return { kind: name };
    const known = this.named.get(name.includes('.') || !namespace ? name : `${namespace}.${name}`);
    const found = known ?? this.named.get(name);
    if (!found)
      throw new SchemaProblem('expected each type to be a primitive one, or one that is named before');
    return found;
  }

  private union(branches: readonly unknown[], namespace: string, level: number): Schema {
    const read = branches.map((branch) => this.read(branch, namespace, level + 1));
    if (read.length === 0) throw new SchemaProblem('expected a union of one type or more');
    if (read.some(({ kind }) => kind === 'union')) throw new SchemaProblem('expected no union in a union');
    return { kind: 'union', branches: read };
  }

  private complex(value: JsonObject, namespace: string, level: number): Schema {
    const { type } = value;
    switch (type) {
      case 'record':
      case 'error':
        return this.record(value, namespace, level);
      case 'enum':
        return this.name(value, namespace, { kind: 'enum', symbols: symbolsOf(value) }).schema;
      case 'fixed':
        return this.name(value, namespace, fixedOf(value)).schema;
      case 'array':
        return { kind: 'array', items: this.read(value.items, namespace, level + 1) };
      case 'map':
        return { kind: 'map', values: this.read(value.values, namespace, level + 1) };
    }
    if (typeof type === 'string' && isPrimitive(type)) return { kind: type, logical: logicalOf(value, type) };
    return this.read(type, namespace, level + 1);
  }

  private record(value: JsonObject, namespace: string, level: number): Schema {
    const fields: Field[] = [];
    const { schema, inner } = this.name(value, namespace, { kind: 'record', fields });
    if (!Array.isArray(value.fields)) throw new SchemaProblem('expected a list of fields in each record');
    const names = new Set<string>();
    for (const field of value.fields as unknown[]) {
      const name = isObject(field) ? field.name : undefined;
      if (typeof name !== 'string' || !NAME.test(name) || names.has(name))
        throw new SchemaProblem('expected a name of its own for each field: letters, digits and _');
      names.add(name);
      const { type } = field as JsonObject;
      fields.push({ name, quoted: JSON.stringify(name), schema: this.read(type, inner, level + 1) });
    }
    return schema;
  }

  /** Makes a type known by its name. @returns with the namespace of what stands in it */
  private name(value: JsonObject, around: string, schema: Schema): { schema: Schema; inner: string } {
    const { name, namespace = around } = value;
    if (typeof name !== 'string' || !FULL_NAME.test(name) || typeof namespace !== 'string')
      throw new SchemaProblem('expected a name for each record, enum and fixed: letters, digits, _ and dots');
    const full = name.includes('.') || !namespace ? name : `${namespace}.${name}`;
    if (this.named.has(full) || isPrimitive(full))
      throw new SchemaProblem('expected each type to be named once');
    this.named.set(full, schema);
    return { schema, inner: full.slice(0, Math.max(0, full.lastIndexOf('.'))) };
  }
}

const isPrimitive = (name: string): name is Primitive => PRIMITIVES.includes(name as Primitive);

function symbolsOf({ symbols }: JsonObject): string[] {
  const areFine =
    Array.isArray(symbols) && symbols.every((each) => typeof each === 'string' && NAME.test(each));
  if (!areFine) throw new SchemaProblem('expected a list of symbols in each enum: letters, digits and _');
  return symbols.map((each) => JSON.stringify(each));
}

function fixedOf(value: JsonObject): Schema {
  const { size } = value;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0)
    throw new SchemaProblem('expected a size of 0 or more in each fixed');
  return { kind: 'fixed', size, logical: logicalOf(value, 'fixed') };
}

function logicalOf(value: JsonObject, kind: string): Logical | undefined {
  const found = LOGICAL.find(({ name }) => name === value.logicalType);
  if (!found || !(found.on as readonly string[]).includes(kind)) return undefined;
  if (kind === 'fixed' && 'size' in found && value.size !== found.size) return undefined;
  if (found.name !== 'decimal') return { name: found.name };
  const { scale = 0 } = value;
  const isFine = typeof scale === 'number' && Number.isInteger(scale) && scale >= 0 && scale <= MAX_SCALE;
  return isFine ? { name: 'decimal', scale } : undefined;
}
