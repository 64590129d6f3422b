import { type Aspect, aspectsBetween } from './json-text.ts';

/** Where two bodies differ, to be shown. */
export interface BodyDifference {
  /** The first byte that differs, from 0. */
  readonly at: number;
  readonly sentBytes: number;
  readonly gotBytes: number;
  /** The surroundings of that byte in what was sent, and in what was captured. */
  readonly sent: Surroundings;
  readonly got: Surroundings;
  /** Where both are the same JSON: what else they differ in. */
  readonly aspects?: readonly Aspect[];
}

interface Surroundings {
  readonly before: string;
  readonly after: string;
}

/** Bytes shown on each side. */
const AROUND = 24;

/** @returns undefined when they are the same */
export function differenceOf(sent: Uint8Array, got: Uint8Array): BodyDifference | undefined {
  const [a, b] = [bufferOf(sent), bufferOf(got)];
  if (a.equals(b)) return undefined;
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a[at] === b[at]) at++;
  const aspects = aspectsBetween(a.toString('utf8'), b.toString('utf8'));
  return {
    at,
    sentBytes: a.length,
    gotBytes: b.length,
    sent: surroundings(a, at),
    got: surroundings(b, at),
    ...(aspects && { aspects }),
  };
}

function surroundings(body: Buffer, at: number): Surroundings {
  const from = wholeFrom(body, Math.max(0, at - AROUND));
  const begin = wholeFrom(body, at);
  const to = wholeFrom(body, Math.min(body.length, begin + AROUND));
  return {
    before: `${from > 0 ? '…' : ''}${readable(body.subarray(from, begin))}`,
    after: `${readable(body.subarray(begin, to))}${to < body.length ? '…' : ''}`,
  };
}

/** Back to where a character of UTF-8 begins, three bytes at most. */
function wholeFrom(body: Buffer, at: number): number {
  let from = at;
  while (from > 0 && at - from < 3 && ((body[from] ?? 0) & 0xc0) === 0x80) from--;
  return from;
}

/** Line breaks and other controls as JSON has them; bytes that are no text as `\xff`. */
function readable(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const shown = Buffer.from(text).equals(bytes)
    ? text
    : bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  return shown.replace(/[\p{Cc}\p{Cf}]/gu, (character) => {
    const written = JSON.stringify(character).slice(1, -1);
    return written === character ? `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}` : written;
  });
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
