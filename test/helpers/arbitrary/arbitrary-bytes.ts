import fc from 'fast-check';

/**
 * Pieces of text and near text: any bytes, UTF-8 with pieces removed or inserted, replacement characters, byte order
 * marks, non-characters and halves of surrogate pairs.
 */
const PIECES = [
  '😀',
  'ä',
  '€',
  'a',
  ' ',
  '\u0000',
  '\u007f',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\ufffd',
  '\ufffe',
  '\uffff',
  '\u{10ffff}',
].map((text) => Buffer.from(text));
const HALVES = [Buffer.from('eda080', 'hex'), Buffer.from('edbfbf', 'hex'), Buffer.from('c080', 'hex')];

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 1, arbitrary: fc.constantFrom(...HALVES) },
  // The first bytes of a character, as a cut through a text leaves them.
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...PIECES.filter(({ length }) => length > 1))
      .map((all) => all.subarray(0, -1)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)) },
);

export const anyBytes: fc.Arbitrary<Buffer> = fc
  .array(piece, { maxLength: 8 })
  .map((pieces) => Buffer.concat(pieces));

/** The same for use inside a JSON string: without quotes, backslashes and control characters. */
export const stringBytes: fc.Arbitrary<Buffer> = anyBytes.map((bytes) =>
  Buffer.from(bytes.filter((byte) => byte >= 0x20 && byte !== 0x22 && byte !== 0x5c)),
);

/** Whether the bytes are UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
