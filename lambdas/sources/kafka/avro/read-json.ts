import { mostOf } from '../most-of.ts';
import { decimalText, durationText, MAX_DECIMAL_BYTES, timeText, uuidText } from './logical.ts';
import type { Logical, Schema } from './schema.ts';

/** A value that is not what its schema says, or more than is taken of anybody. */
export class AvroProblem extends Error {
  override readonly name = 'AvroProblem';
}

/** Deep enough for any data that programs make. Each level is one of recursion. */
const MAX_LEVELS = 100;

/**
 * How much JSON a value may become: a few bytes can stand for very much. Names of fields make ten characters of a byte
 * in data that is dense, and a record of many empty fields has room in what is added.
 */
const boundOf = (bytes: number): number => 16 * 1024 + 32 * bytes;

/**
 * Reads a value in Avro's binary form as JSON, by the schema that wrote it.
 *
 * It is ours because the data is anybody's: every step writes at least one character, and those are bounded, so time and
 * memory are. A library's reader believes a list's length before it has seen its elements, and five bytes cost
 * it hundreds of megabytes.
 *
 * @param most characters at most, see `mostOf`
 * @throws AvroProblem when the bytes don't fit the schema, or stand for too much
 */
export function readAvro(bytes: Uint8Array, schema: Schema, most = mostOf(bytes.length)): AvroValue {
  const reader = new Reader(bytes, Math.min(most, boundOf(bytes.length)));
  if (schema.kind !== 'record') {
    reader.value(schema, 0);
    return { text: reader.end() };
  }
  const members = new Map<string, string>();
  for (const { name, schema: of } of schema.fields) {
    const from = reader.text.length;
    reader.value(of, 1);
    members.set(name, reader.text.slice(from));
  }
  reader.end();
  return { members };
}

/** The JSON of a value that is no record, or of each field of a record. */
export type AvroValue = { readonly text: string } | { readonly members: ReadonlyMap<string, string> };

/** A value as one text. */
export const textOf = (value: AvroValue): string =>
  'text' in value
    ? value.text
    : `{${[...value.members].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Reader {
  text = '';
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly maxCharacters: number;

  constructor(bytes: Uint8Array, maxCharacters: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.maxCharacters = maxCharacters;
  }

  /** @returns what was written, when nothing is left to read */
  end(): string {
    const left = this.bytes.length - this.at;
    if (left > 0) throw new AvroProblem(`expected the value to end ${left} bytes earlier`);
    return this.text;
  }

  value(schema: Schema, level: number): void {
    if (level > MAX_LEVELS) throw new AvroProblem(`expected at most ${MAX_LEVELS} levels`);
    switch (schema.kind) {
      case 'record':
        this.record(schema.fields, level);
        return;
      case 'array':
        this.array(schema.items, level);
        return;
      case 'map':
        this.map(schema.values, level);
        return;
      case 'union':
        this.value(schema.branches[this.index(schema.branches.length)]!, level + 1);
        return;
      case 'enum':
        this.write(schema.symbols[this.index(schema.symbols.length)]!);
        return;
      case 'fixed':
        this.write(bytesText(this.take(schema.size), schema.logical));
        return;
      case 'bytes':
        this.write(bytesText(this.take(this.length()), schema.logical));
        return;
      case 'string':
        this.write(JSON.stringify(this.string()));
        return;
      case 'int':
        this.write(whole(this.int(), schema.logical));
        return;
      case 'long':
        this.write(whole(this.long(), schema.logical));
        return;
      case 'float':
        this.write(floatText(this.number(4)));
        return;
      case 'double':
        this.write(numberText(this.number(8)));
        return;
      case 'boolean':
        this.write(this.boolean());
        return;
      case 'null':
        this.write('null');
        return;
    }
  }

  private record(fields: readonly { quoted: string; schema: Schema }[], level: number): void {
    this.write('{');
    for (const [i, { quoted, schema }] of fields.entries()) {
      this.write(`${i === 0 ? '' : ','}${quoted}:`);
      this.value(schema, level + 1);
    }
    this.write('}');
  }

  private array(items: Schema, level: number): void {
    this.write('[');
    this.blocks((isFirst) => {
      if (!isFirst) this.write(',');
      this.value(items, level + 1);
    });
    this.write(']');
  }

  private map(values: Schema, level: number): void {
    this.write('{');
    const names = new Set<string>();
    this.blocks((isFirst) => {
      const name = this.string();
      // JSON readers differ in which of two they take.
      if (names.has(name)) throw new AvroProblem('expected each key of a map once');
      names.add(name);
      this.write(`${isFirst ? '' : ','}${JSON.stringify(name)}:`);
      this.value(values, level + 1);
    });
    this.write('}');
  }

  /** Blocks of a list or map, each with its length before it, until one of none. */
  private blocks(each: (isFirst: boolean) => void): void {
    let isFirst = true;
    for (let count = this.long(); count !== 0n; count = this.long()) {
      // A negative one is followed by the block's size in bytes, for those who skip it.
      if (count < 0n) this.long();
      for (let left = count < 0n ? -count : count; left > 0n; left--) {
        each(isFirst);
        isFirst = false;
      }
    }
  }

  private write(text: string): void {
    this.text += text;
    if (this.text.length > this.maxCharacters)
      throw new AvroProblem(`expected at most ${this.maxCharacters} characters of JSON`);
  }

  private take(count: number): Uint8Array {
    const left = this.bytes.length - this.at;
    if (count > left) throw new AvroProblem(`expected ${count} more bytes, got ${left}`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  private string(): string {
    const bytes = this.take(this.length());
    try {
      return UTF8.decode(bytes);
    } catch {
      throw new AvroProblem('expected UTF-8 in each string');
    }
  }

  private boolean(): string {
    const byte = this.take(1)[0]!;
    if (byte > 1) throw new AvroProblem('expected 0 or 1 for a boolean');
    return byte === 1 ? 'true' : 'false';
  }

  private number(size: 4 | 8): number {
    this.take(size);
    const from = this.at - size;
    return size === 4 ? this.view.getFloat32(from, true) : this.view.getFloat64(from, true);
  }

  private index(count: number): number {
    const index = this.long();
    if (index < 0n || index >= count) throw new AvroProblem(`expected an index of 0 to ${count - 1}`);
    return Number(index);
  }

  private length(): number {
    const length = this.long();
    // What is longer than all that came is refused by `take`, with the count.
    if (length < 0n || length > Number.MAX_SAFE_INTEGER)
      throw new AvroProblem('expected a length of 0 or more');
    return Number(length);
  }

  private int(): bigint {
    const value = this.long();
    if (BigInt.asIntN(32, value) !== value) throw new AvroProblem('expected an int of 32 bits');
    return value;
  }

  /** Seven bits a byte, the lowest first, the sign in the lowest bit. */
  private long(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(1)[0]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return this.signed(value);
    }
    throw new AvroProblem('expected a number of at most ten bytes');
  }

  private signed(value: bigint): bigint {
    if (value >= 1n << 64n) throw new AvroProblem('expected a long of 64 bits');
    return (value >> 1n) ^ -(value & 1n);
  }
}

function whole(value: bigint, logical: Logical | undefined): string {
  if (!logical || logical.name === 'decimal' || logical.name === 'uuid' || logical.name === 'duration')
    return String(value);
  return timeText(logical.name, value);
}

function bytesText(bytes: Uint8Array, logical: Logical | undefined): string {
  switch (logical?.name) {
    case 'decimal':
      if (bytes.length > MAX_DECIMAL_BYTES)
        throw new AvroProblem(`expected a decimal of at most ${MAX_DECIMAL_BYTES} bytes`);
      return decimalText(bytes, logical.scale);
    case 'uuid':
      return uuidText(bytes);
    case 'duration':
      return durationText(bytes);
    default:
      return `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}"`;
  }
}

/** The shortest number that is this float: 0.1, not 0.10000000149011612. */
function floatText(value: number): string {
  const short = [6, 7, 8].map((digits) => Number(value.toPrecision(digits)));
  return numberText(short.find((each) => Math.fround(each) === value) ?? value);
}

/** JSON has no word for these three; as text they are what Avro’s own JSON calls them. */
const numberText = (value: number): string => (Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`);
