import { isDeepStrictEqual } from 'node:util';
import type { FieldChange } from './audit-entry.ts';

/** A field of an entity: its value, by which a change is noticed, and what may be shown of it. */
interface Field {
  readonly value: unknown;
  readonly shown: unknown;
}

/** The fields of an entity by their names. */
export type Fields = Readonly<Record<string, Field>>;

/** Bytes of JSON that are kept of one value: a description, or a filter of several conditions. */
const MAX_VALUE_BYTES = 1024;
/** Bytes of JSON that are kept of all values of an entry together, so that its item takes few write units. */
export const MAX_VALUES_BYTES = 3 * 1024;

/** How much of an entry's values may still be kept. The entities of one call share it. */
export interface Room {
  bytes: number;
}

/**
 * What differs between two states of an entity.
 * @param before undefined for a new one
 * @param after undefined for one that is gone
 */
export function fieldChanges(
  before: Fields | undefined,
  after: Fields | undefined,
  room: Room,
): FieldChange[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names
    .filter((name) => !isDeepStrictEqual(plain(before?.[name]?.value), plain(after?.[name]?.value)))
    .map((field) => changeOf(field, before?.[field]?.shown, after?.[field]?.shown, room));
}

/** As a table returns it: without what is undefined, and whatever the order of members. */
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

function changeOf(field: string, before: unknown, after: unknown, room: Room): FieldChange {
  const [was, is] = [keep(before, room), keep(after, room)];
  return {
    field,
    ...(was.value !== undefined && { before: was.value }),
    ...(is.value !== undefined && { after: is.value }),
    ...((was.isCut || is.isCut) && { cut: true }),
  };
}

interface Kept {
  /** Undefined where there is no value, or no room for it. */
  readonly value?: unknown;
  readonly isCut: boolean;
}

/** Keeps as much of a value as there is room for. */
function keep(value: unknown, room: Room): Kept {
  if (value === undefined) return { isCut: false };
  const json = JSON.stringify(value);
  const bytes = Buffer.byteLength(json);
  if (bytes <= Math.min(MAX_VALUE_BYTES, room.bytes)) {
    room.bytes -= bytes;
    return { value, isCut: false };
  }
  const beginning = beginningOf(json, Math.min(MAX_CUT_BYTES, room.bytes));
  room.bytes -= Buffer.byteLength(beginning);
  return { ...(beginning !== '' && { value: beginning }), isCut: true };
}

/** Bytes that are kept of a value that is too long. */
const MAX_CUT_BYTES = 256;

/** Never half of a character. */
const beginningOf = (text: string, bytes: number): string =>
  Buffer.from(text)
    .subarray(0, Math.max(bytes, 0))
    .toString('utf8')
    .replace(/\ufffd+$/, '');
