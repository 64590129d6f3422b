import type { SignatureScheme } from '../../lambdas/targets/signature-schemes/names.ts';
import { type Header, valuesOf } from './captured.ts';
import type { Parts, Signature } from './keys.ts';
import type { Problem } from './problems.ts';
import * as problems from './problems.ts';

/** The headers of a request that are signed, and those that sign. */
export interface ReadHeaders {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signatures: readonly Signature[];
  readonly problems: readonly Problem[];
  /** What may have been signed: of a header that is there twice, each of its values counts. */
  readonly parts: (body: Uint8Array) => Parts[];
}

const ID = 'webhook-id';
const TIME = 'webhook-timestamp';
const STANDARD = 'webhook-signature';
const SHA256 = ['x-hub-signature-256', 'x-hub-signature-256-old'];

export function readSignedHeaders(headers: readonly Header[]): ReadHeaders {
  const found: Problem[] = [];
  const hub = SHA256.flatMap((name) => hubSignatures(headers, name, found));
  const standard = standardSignatures(headers, found);
  const signatures = [...standard, ...hub];
  // GitHub’s form needs neither the id nor the time.
  const isNeeded = hub.length === 0;
  const ids = one(headers, ID, isNeeded, found);
  const times = one(headers, TIME, isNeeded, found);
  if (signatures.length === 0 && !found.some(({ header }) => header === STANDARD))
    found.push(
      problems.missingHeader(STANDARD, `, and so is ${SHA256[0]}: nothing proves where the request is from`),
    );
  const [timestamp] = times;
  if (isNeeded && timestamp !== undefined && !/^\d{1,12}$/.test(timestamp))
    found.push(problems.malformedHeader(TIME, 'seconds since 1970, in digits'));
  return {
    id: ids[0],
    timestamp,
    signatures,
    problems: found,
    parts: (body) =>
      atLeastOne(ids).flatMap((id) => atLeastOne(times).map((time) => ({ id, timestamp: time, body }))),
  };
}

const atLeastOne = (values: readonly string[]): readonly string[] => (values.length > 0 ? values : ['']);

/** The values of a header that is to be there once. */
function one(headers: readonly Header[], name: string, isNeeded: boolean, found: Problem[]): string[] {
  const values = valuesOf(headers, name).flatMap(apart);
  if (isNeeded && values.length === 0) found.push(problems.missingHeader(name, ', and is signed'));
  const distinct = [...new Set(values)];
  if (values.length > 1) found.push(problems.repeatedHeader(name, distinct.length === 1));
  return distinct;
}

/** Servers join a header that comes twice with a comma (RFC 9110, section 5.3). No id or time of Posthorn’s has one. */
const apart = (value: string): string[] => {
  const parts = value.split(', ');
  return parts.length > 1 && parts.every((part) => part === parts[0]) ? parts : [value];
};

const SCHEMES: Readonly<Record<string, SignatureScheme>> = { v1: 'standard', v1a: 'ed25519' };

function standardSignatures(headers: readonly Header[], found: Problem[]): Signature[] {
  const values = valuesOf(headers, STANDARD);
  if (values.length > 1) found.push(problems.repeatedHeader(STANDARD, new Set(values).size === 1));
  // Joined lines have a comma and a space between them.
  const texts = values.flatMap((value) => value.split(/,? +/)).filter((text) => text !== '');
  const signatures = texts.flatMap((text): Signature[] => {
    const scheme = SCHEMES[text.split(',')[0] ?? ''];
    return scheme ? [{ header: STANDARD, scheme, text }] : [];
  });
  if (values.length > 0 && signatures.length === 0)
    found.push(
      problems.malformedHeader(
        STANDARD,
        'v1, or v1a, followed by base64, and several of them separated by spaces',
      ),
    );
  return distinctSignatures(signatures);
}

function hubSignatures(headers: readonly Header[], name: string, found: Problem[]): Signature[] {
  const values = valuesOf(headers, name).flatMap(apart);
  if (values.length > 1) found.push(problems.repeatedHeader(name, new Set(values).size === 1));
  const signatures = values.flatMap((text): Signature[] =>
    text.startsWith('sha256=') ? [{ header: name, scheme: 'sha256', text }] : [],
  );
  if (values.length > 0 && signatures.length === 0)
    found.push(problems.malformedHeader(name, 'sha256= followed by 64 hexadecimal digits'));
  return distinctSignatures(signatures);
}

const distinctSignatures = (signatures: readonly Signature[]): Signature[] =>
  signatures.filter(({ text }, at) => signatures.findIndex((other) => other.text === text) === at);
