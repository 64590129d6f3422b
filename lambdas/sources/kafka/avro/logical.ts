import type { Logical } from './schema.ts';

/** Values of Avro's logical types as JSON. Pure. */

/** As far as JavaScript's dates go, in milliseconds on both sides of the epoch. */
const LAST_MS = 8_640_000_000_000_000n;
const DAY_MS = 86_400_000n;

/** A decimal has its digits, not a binary fraction near it. More than these bytes take long to print, and are hostile. */
export const MAX_DECIMAL_BYTES = 128;

type OfTime = Exclude<Logical['name'], 'decimal' | 'uuid' | 'duration'>;

/** How many digits stand behind the second, by the last word of the name. */
const DIGITS: Readonly<Record<string, number>> = { millis: 3, micros: 6, nanos: 9 };

/**
 * A date or time as ISO 8601, in quotes. One that ISO 8601 can't write in four digits of a year, or within a day, stays
 * the number that it is.
 */
export function timeText(name: OfTime, value: bigint): string {
  if (name === 'date') return quoted(isoOf(value * DAY_MS)?.slice(0, 10)) ?? String(value);
  const digits = DIGITS[name.slice(name.lastIndexOf('-') + 1)]!;
  const unitsPerMs = 10n ** BigInt(digits - 3);
  const ms = floorDivide(value, unitsPerMs);
  const rest = digits === 3 ? '' : String(value - ms * unitsPerMs).padStart(digits - 3, '0');
  if (name.startsWith('time-') && (ms < 0n || ms >= DAY_MS)) return String(value);
  const iso = isoOf(ms)?.slice(0, -1);
  if (iso === undefined) return String(value);
  if (name.startsWith('time-')) return `"${iso.slice(11)}${rest}"`;
  return `"${iso}${rest}${name.startsWith('local-') ? '' : 'Z'}"`;
}

const quoted = (text: string | undefined): string | undefined => text && `"${text}"`;

const isoOf = (ms: bigint): string | undefined => {
  if (ms < -LAST_MS || ms > LAST_MS) return undefined;
  const iso = new Date(Number(ms)).toISOString();
  // A year before 0 or after 9999 has a sign and six digits.
  return iso.length === '2026-01-01T00:00:00.000Z'.length ? iso : undefined;
};

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}

/**
 * A decimal's exact digits, in quotes. @param bytes two's complement, the highest first
 */
export function decimalText(bytes: Uint8Array, scale: number): string {
  const unscaled = bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex(bytes)}`));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale);
  return `"${unscaled < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}"`;
}

/** @param bytes 16 of them */
export const uuidText = (bytes: Uint8Array): string =>
  `"${hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}"`;

/** Three unsigned numbers that don't add up: a month has no length. @param bytes 12 of them, the lowest first */
export function durationText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [months, days, milliseconds] = [0, 4, 8].map((at) => view.getUint32(at, true));
  return JSON.stringify({ months, days, milliseconds });
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
