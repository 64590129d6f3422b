import type { SignatureScheme } from '../../lambdas/targets/signature-schemes/names.ts';
import type { BodyChange } from './body-changes.ts';
import type { BodyDifference } from './compare.ts';
import type { Construction } from './constructions.ts';
import { PROPER } from './constructions.ts';
import type { Foreign } from './foreign.ts';
import type { HeaderChange } from './header-changes.ts';
import type { Aspect } from './json-text.ts';
import type { Given, Key } from './keys.ts';
import type { OneByte } from './one-byte.ts';

/** Everything that can be wrong with a request, in words. No secret is in any of them. */
export interface Problem {
  readonly kind: ProblemKind;
  /** What is wrong. */
  readonly message: string;
  /** What to do. */
  readonly advice: string;
  /** For programs. */
  readonly [detail: string]: unknown;
}

export const PROBLEM_KINDS = [
  'missing_header',
  'repeated_header',
  'malformed_header',
  'malformed_secret',
  'too_old',
  'too_new',
  'body_changed',
  'reserialised_json',
  'altered_byte',
  'altered_body',
  'header_changed',
  'secret_form',
  'wrong_scheme',
  'foreign_scheme',
  'wrong_secret',
  'expired_secret',
  'wrong_length',
  'part_of_batch',
  'no_secret_fits',
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

const SCHEME_HEADERS: Readonly<Record<SignatureScheme, string>> = {
  standard: 'webhook-signature: v1,…',
  ed25519: 'webhook-signature: v1a,…',
  sha256: 'x-hub-signature-256: sha256=…',
};

export const missingHeader = (name: string, sort: string): Problem => ({
  kind: 'missing_header',
  header: name,
  message: `The header ${name} is missing${sort}.`,
  advice:
    'Capture all headers of the request. A proxy or a framework may drop those that it does not know, or give them other names.',
});

export const repeatedHeader = (name: string, isSame: boolean): Problem => ({
  kind: 'repeated_header',
  header: name,
  message: `The header ${name} is there more than once, ${isSame ? 'with the same value' : 'with different values'}.`,
  advice:
    'Posthorn sends it once. A proxy that adds headers may double it; servers then join the values with a comma, and no signature fits them.',
});

export const malformedHeader = (name: string, expected: string): Problem => ({
  kind: 'malformed_header',
  header: name,
  message: `The header ${name} is not what Posthorn sends: expected ${expected}.`,
  advice: 'Take the header as it came.',
});

export const malformedSecret = ({ from }: Given, problem: string): Problem => ({
  kind: 'malformed_secret',
  from,
  message: `The secret of ${from} can’t be one of this scheme: ${problem}.`,
  advice:
    'Copy all of it, from the console or by `posthorn targets secrets <id>`. A part that is missing is a common reason.',
});

/** @param seconds the age */
export const tooOld = (seconds: number, tolerance: number): Problem => ({
  kind: 'too_old',
  ageSeconds: seconds,
  bySeconds: seconds - tolerance,
  message: `It was signed ${duration(seconds)} before it arrived, ${duration(seconds - tolerance)} more than the ${duration(tolerance)} allowed.`,
  advice:
    'For a request captured earlier, say when it arrived: --at 2026-11-28T12:00:00Z, or leave the clock out: --tolerance none. If it has just arrived, the clock of the machine is wrong, or something kept it.',
});

export const tooNew = (seconds: number, tolerance: number): Problem => ({
  kind: 'too_new',
  ageSeconds: -seconds,
  bySeconds: seconds - tolerance,
  message: `It is signed for a time ${duration(seconds)} after it arrived, ${duration(seconds - tolerance)} more than the ${duration(tolerance)} allowed.`,
  advice:
    'The clock of the machine that verifies is behind: let it keep time by NTP. For a captured request say when it arrived with --at.',
});

export const bodyChanged = (
  changes: readonly BodyChange[],
  bytes: { now: number; signed: number },
): Problem => ({
  kind: 'body_changed',
  changes: changes.map(({ name }) => name),
  bytes: bytes.now,
  signedBytes: bytes.signed,
  // The last to happen is undone first.
  message: `The body is not what was signed: it ${changes.map(({ did }) => did).join(', and ')}. It has ${bytes.now} bytes; ${bytes.signed} were signed.`,
  advice: [...new Set(changes.map(({ advice }) => advice))].join(' '),
});

export const reserialised = (aspects: readonly Aspect[], change?: BodyChange): Problem => ({
  kind: 'reserialised_json',
  aspects,
  ...(change && { changes: [change.name] }),
  message: `The body was parsed and written anew: it is the same JSON with other ${listed(aspects)}${change ? `, and it ${change.did}` : ''}.`,
  advice:
    'Verify the bytes of the request, before JSON.parse: express.raw({ type: "*/*" }), await request.text(), request.get_data(), event.body. JSON that is written again is another text.',
});

export function alteredByte({ kind, at, was }: OneByte, now: number | undefined): Problem {
  const details = {
    kind: 'altered_byte' as const,
    change: kind,
    at,
    ...(was !== undefined && { was: character(was) }),
    ...(kind !== 'lost' && now !== undefined && { is: character(now) }),
  };
  const advice =
    'Something on the way changed the body: a proxy that rewrites, a copy by hand, or somebody who should not. Compare with what was sent: --compare.';
  const what = {
    replaced: () => `it is ${character(now!)}, and ${character(was!)} was signed`,
    added: () => `${character(now!)} was added`,
    lost: () => `${character(was!)} is missing`,
  }[kind]();
  return {
    ...details,
    message: `One byte of the body is not as it was signed: at byte ${at}, ${what}.`,
    advice,
  };
}

export const headerChanged = ({ header, did }: HeaderChange): Problem => ({
  kind: 'header_changed',
  header,
  message: `The header ${header} is not as it was signed: it ${did}.`,
  advice:
    'The id and the time are signed with the body. Keep both as they came, also when you send a request again.',
});

export function otherConstruction(found: Construction): Problem {
  const { scheme } = found.signature;
  const proper = scheme === 'ed25519' ? undefined : PROPER[scheme];
  return proper?.covers === found.covers && proper.encoding === found.encoding
    ? secretForm(found, scheme)
    : wrongConstruction(found);
}

function secretForm({ given: { from }, reading }: Construction, scheme: SignatureScheme): Problem {
  const of = (message: string, advice: string): Problem => ({
    kind: 'secret_form',
    from,
    reading,
    message: `The secret of ${from} is the right one in a wrong form: ${message}.`,
    advice,
  });
  if (reading === 'text without quotes and spaces')
    return of('there are quotes or spaces around it', 'Take them away.');
  if (reading === 'text' && scheme === 'standard')
    return of(
      'the signature is keyed with its text, whsec_ included',
      'Standard Webhooks decodes the base64 behind whsec_ first. The sender that made this signature does not, and is not Posthorn.',
    );
  if (scheme === 'sha256')
    return of(
      `the signature is keyed with ${reading === 'bytes behind whsec_' ? 'the bytes behind whsec_' : `what its ${reading} stands for`}`,
      'Of the scheme sha256 the key is the text of the secret as it is shown, whsec_ included.',
    );
  return of(
    `it is read as text, and the signature is keyed with what its ${reading} stands for`,
    'Put whsec_ before the base64 of a key. Without it, a secret is text.',
  );
}

const wrongConstruction = ({ covers, encoding, signature, given, reading }: Construction): Problem => ({
  kind: 'wrong_scheme',
  from: given.from,
  covers,
  encoding,
  reading,
  message: `The secret of ${given.from} made this signature in another way than its header says: HMAC-SHA256 of ${covers} in ${encoding === 'hex' ? 'hexadecimal' : encoding}, keyed with its ${reading}, in ${signature.header}.`,
  advice: `Posthorn’s ${signature.header} is ${SCHEME_HEADERS[signature.scheme]} of ${signature.scheme === 'sha256' ? 'the body' : 'id.timestamp.body'}. Whatever made this one computes it differently.`,
});

export const wrongScheme = (
  has: readonly SignatureScheme[],
  wanted: SignatureScheme,
  why: string,
): Problem => ({
  kind: 'wrong_scheme',
  has,
  wanted,
  message: `The request is signed by the scheme ${has.join(' and ')} (${has.map((one) => SCHEME_HEADERS[one]).join('; ')}), and ${why}.`,
  advice: `Verify it as ${has.join(' or ')}, or set the target’s signature to ${wanted}: \`posthorn targets update <id> --signature ${wanted}\`.`,
});

export const foreignScheme = ({ name, title, advice }: Foreign, fits: boolean, body: string): Problem => ({
  kind: 'foreign_scheme',
  sender: name,
  fits,
  message: `This is a webhook of ${title}, not of Posthorn. ${fits ? 'Its signature is right, by the secret that was given' : `Its signature ${body}`}.`,
  advice,
});

export const wrongSecret = (given: readonly Key[], signer: Key): Problem => ({
  kind: 'wrong_secret',
  keyIds: given.map(({ id }) => id),
  signedBy: signer.id,
  message: `Another secret signed it: key ${signer.id} of ${signer.given.from}. ${given.length === 0 ? 'The secret given is none of this scheme' : `Given was ${named(given)}`}.`,
  advice:
    'Give the endpoint the secret that `posthorn targets secrets <id>` shows, and look for a second target with the same address.',
});

export const expiredSecret = ({ id, given: { from, expiresAt } }: Key): Problem => ({
  kind: 'expired_secret',
  keyId: id,
  message: `It is signed by key ${id} of ${from}, which was replaced and ended ${new Date(expiresAt!).toISOString()}: before the request was signed.`,
  advice:
    'Verify with the newest secret of the target. What was signed after the end is not Posthorn’s: rotate the secrets.',
});

export const wrongLength = (declared: number, got: number): Problem => ({
  kind: 'wrong_length',
  declared,
  bytes: got,
  message:
    got < declared
      ? `The body is cut: content-length says ${declared} bytes, and it has ${got}.`
      : `The body is longer than it was: content-length says ${declared} bytes, and it has ${got}.`,
  advice:
    got < declared
      ? 'Take the whole body. Logs and consoles cut long values, and body parsers have limits.'
      : 'Take the body as it came: something has added to it or written it anew.',
});

export const partOfBatch = (events: string): Problem => ({
  kind: 'part_of_batch',
  message: `The request had a batch of ${events} events, and the body is not an array: it is a part of it.`,
  advice: 'The signature covers the whole array. Verify that, and take it apart afterwards.',
});

/** @param possible the parts of which one is not as it was signed */
export const noSecretFits = (
  keys: readonly Key[],
  possible: readonly string[],
  hints: readonly string[],
): Problem => ({
  kind: 'no_secret_fits',
  keyIds: keys.map(({ id }) => id),
  possible,
  message: `The signature is ${keys.length === 1 ? `not by the secret given, ${named(keys)}` : `by none of the secrets given: ${named(keys)}`}. Either another secret signed it, or ${listed(
    possible.filter((part) => part !== 'secret'),
    'or',
  )} was changed in a way that can’t be found out from here.${hints.map((hint) => ` ${hint}`).join('')}`,
  advice:
    'Compare the key’s id with those that `posthorn deliveries get <id>` and the console show for the attempt (request.signature.keyIds). With --target the target’s secrets are tried, with --compare the request is compared with what was sent.',
});

/** Known by comparing with what was sent. */
export const otherBody = ({ at, sentBytes, gotBytes }: BodyDifference): Problem => ({
  kind: 'altered_body',
  at,
  bytes: gotBytes,
  signedBytes: sentBytes,
  message:
    at === gotBytes
      ? `The body is cut: it is as it was sent up to byte ${at}, where it ends. ${sentBytes} bytes were sent.`
      : at === sentBytes
        ? `The body is longer than it was: after the ${sentBytes} bytes that were sent come ${gotBytes - sentBytes} more.`
        : `The body is another one than was sent, from byte ${at} on. It has ${gotBytes} bytes; ${sentBytes} were sent.`,
  advice:
    'Below is where they differ. Take the bytes of the request as they come, before anything else reads them.',
});

export const otherHeader = (name: string, isMissing: boolean): Problem => ({
  kind: 'header_changed',
  header: name,
  message: `The header ${name} is not as it was sent${isMissing ? ': it is missing' : ''}.`,
  advice: 'Take it as it came. A proxy that sets headers of its own may have replaced it.',
});

/** The request is as it was sent, so the secret is not. */
export const notASigner = (
  given: readonly string[],
  { keyIds, targetId, deliveryId }: { keyIds: readonly string[]; targetId?: string; deliveryId: string },
): Problem => ({
  kind: 'wrong_secret',
  keyIds: given,
  signedBy: keyIds[0],
  message: `The request is as it was sent, so the secret is wrong: ${targetId ?? deliveryId} signed it by key ${listed(keyIds)}, and given was key ${listed(given)}.`,
  advice: `Give the endpoint the secret that \`posthorn targets secrets ${targetId ?? '<id>'}\` shows, and look for a second target with the same address.`,
});

const named = (keys: readonly Key[]): string =>
  keys.map(({ id, given: { from } }) => `key ${id} (${from})`).join(', ');

function listed(words: readonly string[], and = 'and'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${and} ${words.at(-1)}`;
}

/** A byte as it can be read. */
const character = (byte: number): string =>
  byte > 0x20 && byte < 0x7f ? `‘${String.fromCharCode(byte)}’` : `0x${byte.toString(16).padStart(2, '0')}`;

/** Two units at most: `2 h 13 min`. */
export function duration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0 s';
  let rest = seconds;
  return units
    .slice(first, first + 2)
    .flatMap(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count > 0 ? [`${count} ${unit}`] : [];
    })
    .join(' ');
}
