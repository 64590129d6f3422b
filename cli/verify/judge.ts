import type { SignatureScheme } from '../../lambdas/targets/signature-schemes/names.ts';
import { type Header, valuesOf } from './captured.ts';
import { evidenceOf, hintsOf } from './evidence.ts';
import { foreignFits, foreignOf } from './foreign.ts';
import {
  type Given,
  type Key,
  type Keys,
  keysOf,
  type Lock,
  locksOf,
  type Parts,
  type Signature,
} from './keys.ts';
import type { Problem } from './problems.ts';
import * as problems from './problems.ts';
import { type Effort, searched } from './search.ts';
import { type ReadHeaders, readSignedHeaders } from './signed-headers.ts';

export interface Question {
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  /** Secrets that the endpoint has. */
  readonly secrets: readonly Given[];
  /** Secrets of the target, to find out which one signed. */
  readonly known?: readonly Given[];
  /** The scheme of the target. Undefined: what the headers have. */
  readonly scheme?: SignatureScheme;
  /** When the request arrived, in milliseconds since the epoch. */
  readonly at: number;
  /** Seconds that its time may be off; undefined leaves it out. */
  readonly tolerance?: number | undefined;
  readonly effort?: Effort;
}

/** Something that is no fault and worth knowing. */
interface Note {
  readonly kind: 'older_secret' | 'former_secret' | 'unsigned_time' | 'github' | 'ends';
  readonly message: string;
}

export interface Verdict {
  /** Whether an endpoint with these secrets would take the request. */
  readonly verifies: boolean;
  readonly scheme?: SignatureScheme;
  readonly webhookId?: string;
  /** RFC 3339. */
  readonly signedAt?: string;
  /** The key that made the signature, of the body as it is or as it was. */
  readonly key?: { readonly id: string; readonly from: string };
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
}

/** Says whether a request verifies, and if not, what is wrong with it. Pure. */
export function judge(question: Question): Verdict {
  const { headers, body, secrets } = question;
  const read = readSignedHeaders(headers);
  const foreign = read.signatures.length === 0 ? foreignOf(headers) : undefined;
  if (foreign) {
    const fits = foreignFits(
      foreign,
      headers,
      body,
      secrets.map(({ text }) => text),
    );
    return {
      verifies: false,
      problems: [problems.foreignScheme(foreign, fits, 'fits none of the secrets given')],
      notes: [],
    };
  }
  if (read.signatures.length === 0) return answer(read, [...read.problems, ...clock(question, read)]);
  return ofSigned(question, read);
}

function ofSigned(question: Question, read: ReadHeaders): Verdict {
  const { secrets, known = [], scheme: wanted } = question;
  const schemes = [...new Set(read.signatures.map(({ scheme }) => scheme))];
  const own = keysOf(secrets, schemes);
  const others = known.filter(({ text }) => !secrets.some((one) => one.text === text));
  const found = signerAmong(question, read, secrets, others);
  const shared = [
    ...read.problems,
    ...(wanted && !schemes.includes(wanted)
      ? [problems.wrongScheme(schemes, wanted, `${wanted} is expected`)]
      : []),
    ...(found?.problem ? [found.problem] : []),
    ...clock(question, { ...read, timestamp: found?.timestamp ?? read.timestamp }),
  ];
  if (!found) return answer(read, [...shared, ...unexplained(question, read, schemes, own)]);
  if (others.includes(found.key.given))
    return answer(read, [...shared, problems.wrongSecret(own.keys, found.key)], found.key);
  const expired = expiry(found.key, found.timestamp ?? read.timestamp);
  return answer(read, [...shared, ...expired], found.key, notesOf(question, read, found));
}

/** Whose signature it is: of the request as it is, or as it was before some change. */
function signerAmong(
  { headers, body, effort }: Question,
  read: ReadHeaders,
  secrets: readonly Given[],
  others: readonly Given[],
): Opened | undefined {
  const parts = read.parts(body);
  const { signatures } = read;
  const own = locksOf(secrets, signatures);
  const known = locksOf(others, signatures);
  const look = (given: readonly Given[], locks: readonly Lock[]): Opened | undefined =>
    given.length > 0 ? searched({ headers, parts, signatures, secrets: given, locks, effort }) : undefined;
  return open(own, parts) ?? open(known, parts) ?? look(secrets, own) ?? look(others, known);
}

function answer(
  read: ReadHeaders,
  found: readonly Problem[],
  key?: Key,
  notes: readonly Note[] = [],
): Verdict {
  const scheme = key?.scheme ?? read.signatures[0]?.scheme;
  const seconds = Number(read.timestamp);
  const isTime = read.timestamp !== undefined && Number.isFinite(seconds) && Math.abs(seconds) < 8e12;
  return {
    verifies: found.length === 0 && key !== undefined,
    ...(scheme && { scheme }),
    ...(read.id !== undefined && { webhookId: read.id }),
    ...(isTime && { signedAt: new Date(seconds * 1000).toISOString() }),
    ...(key && { key: { id: key.id, from: key.given.from } }),
    problems: found,
    notes,
  };
}

interface Opened {
  readonly key: Key;
  readonly signature: Signature;
  /** What had to be undone. */
  readonly problem?: Problem;
  /** As it was signed. */
  readonly timestamp?: string;
}

function open(locks: readonly Lock[], all: readonly Parts[]): Opened | undefined {
  for (const parts of all) {
    for (const lock of locks) {
      const signature = lock.fits(parts);
      if (signature) return { key: lock.key, signature, timestamp: parts.timestamp };
    }
  }
  return undefined;
}

/** GitHub's form signs no time. */
function clock(
  { at, tolerance }: Question,
  { timestamp, signatures }: Pick<ReadHeaders, 'timestamp' | 'signatures'>,
): Problem[] {
  const isSigned = signatures.some(({ scheme }) => scheme !== 'sha256');
  if (tolerance === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp) || !isSigned)
    return [];
  const age = Math.floor(at / 1000) - Number(timestamp);
  if (age > tolerance) return [problems.tooOld(age, tolerance)];
  return -age > tolerance ? [problems.tooNew(-age, tolerance)] : [];
}

function expiry(key: Key, timestamp: string | undefined): Problem[] {
  const { expiresAt } = key.given;
  const isOver = expiresAt !== undefined && key.scheme !== 'sha256' && Number(timestamp) * 1000 > expiresAt;
  return isOver ? [problems.expiredSecret(key)] : [];
}

function unexplained(
  { headers, body }: Question,
  read: ReadHeaders,
  schemes: readonly SignatureScheme[],
  { keys, faults }: Keys,
): Problem[] {
  const evidence = evidenceOf(headers, body);
  if (keys.length === 0) {
    return [...evidence, ...faults.map(({ given, problem }) => secretProblem(given, problem, schemes))];
  }
  const possible = schemes.includes('sha256')
    ? ['secret', 'body']
    : ['secret', 'webhook-id', 'webhook-timestamp', 'body'];
  // A body that is not whole explains enough, and so does a header that is missing.
  return evidence.length > 0 || read.problems.some(({ kind }) => kind === 'missing_header')
    ? evidence
    : [problems.noSecretFits(keys, possible, hintsOf(headers, body, read.signatures))];
}

/** A secret of the other sort says that the endpoint expects another scheme. */
function secretProblem(given: Given, problem: string, schemes: readonly SignatureScheme[]): Problem {
  const isPair = /^wh[sp]k_/.test(given.text);
  if (isPair && !schemes.includes('ed25519'))
    return problems.wrongScheme(schemes, 'ed25519', `the secret of ${given.from} is of a key pair`);
  if (!isPair && schemes.every((scheme) => scheme === 'ed25519'))
    return problems.wrongScheme(schemes, 'standard', `the secret of ${given.from} is a shared one`);
  return problems.malformedSecret(given, problem);
}

function notesOf(
  { secrets, known, headers, at }: Question,
  read: ReadHeaders,
  { key, signature }: Opened,
): Note[] {
  const notes: Note[] = [];
  const say = (kind: Note['kind'], message: string): void => void notes.push({ kind, message });
  const ofScheme = read.signatures.filter(({ scheme }) => scheme === signature.scheme);
  if (ofScheme.indexOf(signature) > 0)
    say(
      'older_secret',
      `Key ${key.id} made signature ${ofScheme.indexOf(signature) + 1} of ${ofScheme.length}${signature.header.endsWith('-old') ? `, in ${signature.header}, which GitHub’s own libraries do not read` : ''}: the secret has been replaced. Give the endpoint the new one before the old one ends.`,
    );
  const { expiresAt, from } = key.given;
  if (expiresAt !== undefined && expiresAt > at)
    say('ends', `Key ${key.id} of ${from} is replaced and ends ${new Date(expiresAt).toISOString()}.`);
  const isKnown = (known ?? []).some(({ text }) => text === key.given.text);
  if (known && known.length > 0 && secrets.includes(key.given) && !isKnown)
    say(
      'former_secret',
      `Key ${key.id} signs no more for ${known[0]!.from}: it was replaced, and requests from now on have other signatures.`,
    );
  if (signature.scheme === 'sha256') {
    say('unsigned_time', 'The scheme sha256 signs the body alone: neither the id nor the time is proven.');
    if (valuesOf(headers, 'x-github-event').length > 0)
      say('github', 'The request is GitHub’s own: its header x-github-event says so.');
  }
  return notes;
}
