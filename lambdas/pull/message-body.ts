import { isUtf8 } from 'node:buffer';

/** Bodies of messages in an answer. */

/**
 * Lambda's answer is at most 6 MB. Bodies take at most this much of it, as base64, unless the first one alone does: the largest
 * payload takes 6,000,000 bytes. The rest is for headers, of a hundred messages.
 */
const BODIES_BYTES = 5_400_000;

const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;

/** The first of some messages, as many as an answer holds. @param bytesOf the length of its body */
export function withinAnswer<M>(messages: readonly M[], bytesOf: (message: M) => number): M[] {
  let total = 0;
  return messages.filter((message, i) => {
    total += base64Length(bytesOf(message));
    return i === 0 || total <= BODIES_BYTES;
  });
}

export type BodyView =
  | { readonly body: string; readonly encoding: 'text' }
  | { readonly body: string; readonly encoding: 'base64' };

/**
 * A body as a member of a JSON document, from which the same bytes can be had again: text in UTF-8 as a text, all else in base64. The
 * document travels as a JSON text itself, so a text is escaped twice; one that gets longer by that than base64 is sent in base64.
 */
export function bodyView(bytes: Uint8Array): BodyView {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) {
    const body = buffer.toString('utf8');
    if (Buffer.byteLength(JSON.stringify(JSON.stringify(body))) <= base64Length(bytes.length) + SHORT)
      return { body, encoding: 'text' };
  }
  return { body: buffer.toString('base64'), encoding: 'base64' };
}

/** A short text is shown as one, whatever it is made of: people read answers, too. */
const SHORT = 1024;
