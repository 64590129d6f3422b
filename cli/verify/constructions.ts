import { createHmac } from 'node:crypto';
import type { SignatureScheme } from '../../lambdas/targets/signature-schemes/names.ts';
import {
  PRIVATE_PREFIX,
  PUBLIC_PREFIX,
  SECRET_PREFIX,
} from '../../lambdas/targets/signature-schemes/secret-text.ts';
import type { Given, Parts, Signature } from './keys.ts';

/** Other ways to compute an HMAC-SHA256 of a request. A signature that fits one says what was mistaken, here or at the sender. */
export interface Construction {
  readonly given: Given;
  readonly signature: Signature;
  readonly reading: Reading;
  readonly covers: Covers;
  readonly encoding: Encoding;
}

/** How the text of a secret becomes a key. */
type Reading = 'text' | 'bytes behind whsec_' | 'base64' | 'hexadecimal' | 'text without quotes and spaces';
export type Covers = 'the id, the time and the body' | 'the time and the body' | 'the body';
export type Encoding = 'base64' | 'hex' | 'base64url';

function readingsOf(text: string): [Reading, Buffer][] {
  const bare = text.trim().replace(/^(['"`])(.*)\1$/, '$2');
  const behind = bare.startsWith(SECRET_PREFIX) ? bare.slice(SECRET_PREFIX.length) : undefined;
  const all: [Reading, Buffer | undefined][] = [
    ['text', Buffer.from(text)],
    ['bytes behind whsec_', behind === undefined ? undefined : Buffer.from(behind, 'base64')],
    ['base64', /^[\w+/-]+={0,2}$/.test(bare) ? Buffer.from(bare, 'base64') : undefined],
    ['hexadecimal', /^(?:[0-9a-fA-F]{2})+$/.test(bare) ? Buffer.from(bare, 'hex') : undefined],
    ['text without quotes and spaces', bare === text ? undefined : Buffer.from(bare)],
  ];
  return all.filter((one): one is [Reading, Buffer] => one[1] !== undefined && one[1].length > 0);
}

const coverages = ({ id, timestamp, body }: Parts): [Covers, Buffer][] => [
  ['the id, the time and the body', Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])],
  ['the time and the body', Buffer.concat([Buffer.from(`${timestamp}.`), body])],
  ['the body', Buffer.from(body)],
];

const ENCODINGS: readonly Encoding[] = ['base64', 'hex', 'base64url'];

/** What each scheme does. */
export const PROPER: Readonly<
  Record<Exclude<SignatureScheme, 'ed25519'>, { covers: Covers; encoding: Encoding }>
> = {
  standard: { covers: 'the id, the time and the body', encoding: 'base64' },
  sha256: { covers: 'the body', encoding: 'hex' },
};

/** The signature without what stands before it. */
const digestIn = ({ text }: Signature): string => text.replace(/^(?:v1a?,|sha256=)/, '');

/** A way in which a secret makes one of the signatures. */
export function constructionOf(
  secrets: readonly Given[],
  signatures: readonly Signature[],
  parts: Parts,
): Construction | undefined {
  for (const given of secrets) {
    if (given.text.startsWith(PUBLIC_PREFIX) || given.text.startsWith(PRIVATE_PREFIX)) continue;
    for (const [reading, key] of readingsOf(given.text)) {
      for (const [covers, signed] of coverages(parts)) {
        const digest = createHmac('sha256', key).update(signed).digest();
        for (const encoding of ENCODINGS) {
          const text = digest.toString(encoding);
          const signature = signatures.find((one) => digestIn(one) === text);
          if (signature) return { given, signature, reading, covers, encoding };
        }
      }
    }
  }
  return undefined;
}
