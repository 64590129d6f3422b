import type { BodyChange } from './body-changes.ts';
import { undoneBodies } from './body-changes.ts';
import type { Header } from './captured.ts';
import { constructionOf } from './constructions.ts';
import { headerChanges } from './header-changes.ts';
import { variantsOf } from './json-text.ts';
import { type Given, type Key, keyOf, type Lock, type Parts, type Signature } from './keys.ts';
import { oneByteAway } from './one-byte.ts';
import type { Problem } from './problems.ts';
import * as problems from './problems.ts';

/**
 * Looks for what a signature was made of: the request as it may have been before one of the usual changes. An HMAC that fits
 * by chance does not happen, so what is found is what was signed.
 */
export interface Search {
  readonly headers: readonly Header[];
  /** As the request is; several where a header is there twice. */
  readonly parts: readonly Parts[];
  readonly signatures: readonly Signature[];
  readonly secrets: readonly Given[];
  readonly locks: readonly Lock[];
  readonly effort?: Effort | undefined;
}

/** Bytes that may be hashed in each part of the search. */
export interface Effort {
  readonly changes: number;
  readonly variants: number;
  readonly headers: number;
  readonly oneByte: number;
}

/** About two seconds in all, where nothing is found: a gigabyte is hashed in one. */
const USUAL: Effort = { changes: 400e6, variants: 400e6, headers: 400e6, oneByte: 1200e6 };

export interface Found {
  readonly key: Key;
  readonly signature: Signature;
  readonly problem: Problem;
  readonly timestamp?: string;
}

export function searched(search: Search): Found | undefined {
  return (
    otherwiseComputed(search) ??
    changedBody(search) ??
    writtenAnew(search) ??
    changedHeader(search) ??
    changedByte(search)
  );
}

function otherwiseComputed({ secrets, signatures, parts }: Search): Found | undefined {
  for (const one of parts) {
    const found = constructionOf(secrets, signatures, one);
    if (!found) continue;
    const { signature, given } = found;
    const key = keyOf(signature.scheme, given);
    const named: Key = 'problem' in key ? { scheme: signature.scheme, id: '–', given } : key;
    return { key: named, signature, problem: problems.otherConstruction(found), timestamp: one.timestamp };
  }
  return undefined;
}

type Try = (parts: Parts) => { readonly lock: Lock; readonly signature: Signature } | undefined | 'over';

/** @param budget bytes to hash, over all that is tried */
function triesOf(locks: readonly Lock[], budget: number): Try {
  let left = budget;
  return (parts) => {
    for (const lock of locks) {
      left -= lock.cost(parts.body.length);
      if (left < 0) return 'over';
      const signature = lock.fits(parts);
      if (signature) return { lock, signature };
    }
    return undefined;
  };
}

/** Tries what a generator gives until one fits or the budget is spent. */
function firstThatFits<T>(
  candidates: Iterable<T>,
  partsOf: (candidate: T) => Parts,
  problemOf: (candidate: T) => Problem,
  tried: Try,
): Found | undefined {
  for (const candidate of candidates) {
    const parts = partsOf(candidate);
    const result = tried(parts);
    if (result === 'over') return undefined;
    if (result)
      return {
        key: result.lock.key,
        signature: result.signature,
        problem: problemOf(candidate),
        timestamp: parts.timestamp,
      };
  }
  return undefined;
}

function changedBody({ parts, locks, effort = USUAL }: Search): Found | undefined {
  const tried = triesOf(locks, effort.changes);
  for (const one of parts) {
    const found = firstThatFits(
      undoneBodies(bytesOf(one)),
      ({ body }) => ({ ...one, body }),
      ({ body, changes }) => problems.bodyChanged(changes, { now: one.body.length, signed: body.length }),
      tried,
    );
    if (found) return found;
  }
  return undefined;
}

/** Texts that JSON is looked for in: as the body is, and without what an editor or a shell put around it. */
function* jsonTexts(body: Buffer): Generator<{ text: string; change?: BodyChange }> {
  yield { text: body.toString('utf8') };
  for (const { body: before, changes } of undoneBodies(body)) {
    if (changes.length > 1) return;
    if (AROUND.has(changes[0]!.name)) yield { text: before.toString('utf8'), change: changes[0]! };
  }
}

const AROUND = new Set(['bom', 'json_string', 'utf16', 'charset', 'base64']);

/** JSON as a file has it, which ends with a line break. */
const ENDS = ['', '\n'];

function writtenAnew({ parts, locks, effort = USUAL }: Search): Found | undefined {
  const tried = triesOf(locks, effort.variants);
  for (const one of parts) {
    for (const { text, change } of jsonTexts(bytesOf(one))) {
      for (const end of ENDS) {
        const found = firstThatFits(
          variantsOf(text.trimEnd()),
          (variant) => ({ ...one, body: Buffer.from(variant.text + end) }),
          ({ aspects }) => problems.reserialised(aspects, change),
          tried,
        );
        if (found) return found;
      }
    }
  }
  return undefined;
}

function changedHeader({ parts, headers, locks, effort = USUAL }: Search): Found | undefined {
  // GitHub's form does not sign them.
  const signed = locks.filter(({ key }) => key.scheme !== 'sha256');
  if (signed.length === 0) return undefined;
  const tried = triesOf(signed, effort.headers);
  for (const one of parts) {
    const found = firstThatFits(
      headerChanges(one, headers),
      ({ id, timestamp }) => ({ ...one, id, timestamp }),
      problems.headerChanged,
      tried,
    );
    if (found) return found;
  }
  return undefined;
}

function changedByte({ parts, locks, effort = USUAL }: Search): Found | undefined {
  const tried = triesOf(locks, effort.oneByte);
  for (const one of parts) {
    const found = firstThatFits(
      oneByteAway(bytesOf(one)),
      ({ body }) => ({ ...one, body }),
      (change) => problems.alteredByte(change, one.body[change.at]),
      tried,
    );
    if (found) return found;
  }
  return undefined;
}

const bytesOf = ({ body }: Parts): Buffer => Buffer.from(body.buffer, body.byteOffset, body.length);
