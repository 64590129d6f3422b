import { type Header, valuesOf } from './captured.ts';
import { hasLargeNumbers } from './json-text.ts';
import type { Signature } from './keys.ts';
import type { Problem } from './problems.ts';
import * as problems from './problems.ts';

/** What a request shows of its own about being changed, whatever the secret is. */
export function evidenceOf(headers: readonly Header[], body: Uint8Array): Problem[] {
  const found: Problem[] = [];
  const declared = valuesOf(headers, 'content-length')[0];
  if (declared !== undefined && /^\d+$/.test(declared) && Number(declared) !== body.length)
    found.push(problems.wrongLength(Number(declared), body.length));
  const batch = valuesOf(headers, 'posthorn-batch')[0];
  if (batch !== undefined && !text(body).trimStart().startsWith('[')) found.push(problems.partOfBatch(batch));
  return found;
}

/** What makes a change likely, in sentences. */
export function hintsOf(
  headers: readonly Header[],
  body: Uint8Array,
  signatures: readonly Signature[],
): string[] {
  const value = (name: string): string => valuesOf(headers, name)[0] ?? '';
  const shown = text(body);
  const isJson = /[/+]json\b/i.test(value('content-type'));
  const hints = [
    [body.length === 0, 'The body is empty: was it given?'],
    [
      Buffer.from(body).includes('\ufffd'),
      'The body has replacement characters (U+FFFD): bytes that are no text were read as text, and are lost.',
    ],
    [
      isJson && !isWhole(shown),
      'The content type says JSON, and the body is none: a part of it may be missing.',
    ],
    [
      value('content-encoding') !== '' && value('content-encoding') !== 'identity',
      `The request has content-encoding: ${value('content-encoding')}. The signature is of the bytes as they came, before they are decompressed.`,
    ],
    [
      hasLargeNumbers(shown),
      'The body has numbers of more than 15 digits: JavaScript loses digits of them when it parses and writes JSON.',
    ],
    [
      signatures.length > 1,
      `The request has ${signatures.length} signatures: the secret was being replaced when it was sent.`,
    ],
  ] as const;
  return hints.filter(([holds]) => holds).map(([, hint]) => hint);
}

const text = (body: Uint8Array): string =>
  Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
