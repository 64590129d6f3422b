/** A body that differs from the one given in one byte. */
export interface OneByte {
  /** Valid until the next one is asked for. */
  readonly body: Buffer;
  /** What happened to the byte since. */
  readonly kind: 'replaced' | 'added' | 'lost';
  /** Where, from 0, in the body as it is given. */
  readonly at: number;
  /** The byte as it was; undefined for one that was added. */
  readonly was?: number;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const DIGITS = range(0x30, 0x39);
const LETTERS = [...range(0x61, 0x7a), ...range(0x41, 0x5a)];
const PRINTABLE = range(0x20, 0x7e);
const BITS = range(0, 7).map((bit) => 1 << bit);

/** The likelier first: a byte too many, a flipped bit, another digit, another letter, any; and a byte that is missing. */
export function* oneByteAway(body: Buffer): Generator<OneByte> {
  for (let at = 0; at < body.length; at++)
    yield { body: Buffer.concat([body.subarray(0, at), body.subarray(at + 1)]), kind: 'added', at };
  yield* replacing(body, (byte) => BITS.map((bit) => byte ^ bit));
  yield* replacing(body, (byte) => (DIGITS.includes(byte) ? DIGITS : []));
  yield* replacing(body, (byte) => (LETTERS.includes(byte) ? LETTERS : []));
  yield* inserting(body, PRINTABLE);
  yield* replacing(body, () => PRINTABLE);
  yield* replacing(body, () => range(0, 255));
  yield* inserting(body, range(0, 255));
}

function* replacing(body: Buffer, others: (byte: number) => readonly number[]): Generator<OneByte> {
  const copy = Buffer.from(body);
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]!;
    for (const was of others(byte)) {
      if (was === byte) continue;
      copy[at] = was;
      yield { body: copy, kind: 'replaced', at, was };
    }
    copy[at] = byte;
  }
}

function* inserting(body: Buffer, bytes: readonly number[]): Generator<OneByte> {
  const copy = Buffer.alloc(body.length + 1);
  for (let at = 0; at <= body.length; at++) {
    body.copy(copy, 0, 0, at);
    body.copy(copy, at + 1, at);
    for (const was of bytes) {
      copy[at] = was;
      yield { body: copy, kind: 'lost', at, was };
    }
  }
}
