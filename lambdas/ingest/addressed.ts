import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { LRUCache } from 'lru-cache';
import { requireEnv } from '../adapters/env.ts';
import { ApiError, invalid } from '../adapters/http.ts';
import { type Address, findAddress } from '../adapters/ingest-config.ts';
import { idempotencyKeyOf } from '../admission.ts';
import type { Target } from '../domain/config.ts';
import { ulidOf } from '../domain/ids.ts';
import { MAX_PAYLOAD_BYTES } from '../domain/payload.ts';
import { isSameText } from '../domain/same-text.ts';
import { sha256Signature, sharedKeys, signingSecrets } from '../domain/signature.ts';
import { type Request, type SignedBody, signedBody } from '../request-body.ts';
import { answerOne } from './answers.ts';
import { publish } from './publish.ts';
import { readAddressed } from './read.ts';

const configTable = requireEnv('CONFIG_TABLE');

/** How long it may go unnoticed that a secret counts no more, or that a subscription was paused. */
const FRESH_MS = 10_000;
/** What would be refused is looked up again, but not more often than this: the sender may be anyone. */
const AGAIN_AFTER_MS = 1000;
/** Some kilobytes each. */
const MAX_ADDRESSES = 1000;

interface Known {
  readonly address: Address;
  /** Milliseconds since the epoch. */
  readonly loadedAt: number;
}

/** Those that exist; what does not is asked for again, so that a new subscription can be used at once. */
const cache = new LRUCache<string, Known>({ max: MAX_ADDRESSES, ttl: FRESH_MS });

/**
 * Accepts an event for one subscription, from a sender who has no key but knows the subscription's secret. One who
 * does not gets the same answer whatever is wrong, also where there is no such subscription.
 */
export async function addressed(
  request: Request,
  operation: string,
): Promise<APIGatewayProxyStructuredResultV2> {
  const body = signedBody(request);
  const address = await addressOf(request, body);
  refuseUnknownParameters(request);
  const { tenant, subscription, settings } = address;
  const publisher = {
    ...settings,
    tenant,
    operation,
    idempotencyKey: idempotencyKeyOf(request.headers),
    only: subscription.id,
  };
  const maxBytes = Math.min(settings.maxPayloadBytes, MAX_PAYLOAD_BYTES);
  const [result] = await publish(publisher, [readAddressed(request, body.bytes, maxBytes)]);
  return answerOne(result!);
}

/**
 * The addressed subscription, once its secret has been proved. A proof is over the body as it came, so it proves as well
 * that the body came as it was sent; without one, a body that may have been changed is the likelier reason.
 * @throws ApiError 415 or 401, the same for whatever is wrong with the proof; 409 when it is paused
 */
async function addressOf(request: Request, body: SignedBody): Promise<Address> {
  const id = request.pathParameters?.id ?? '';
  const proof = { body: body.wire, given: request.headers['x-hub-signature-256'] ?? '' };
  const address = ulidOf('sub', id) ? await lookUp(id, (known) => isTaken(known, proof)) : undefined;
  if (!isProved(address, proof)) {
    if (body.doubt) throw body.doubt;
    const expected = `expected x-hub-signature-256: sha256=<hex HMAC-SHA256 of the body> by the subscription's secret`;
    throw new ApiError(401, 'invalid_signature', expected);
  }
  if (address.subscription.active) return address;
  throw new ApiError(409, 'subscription_paused', 'the subscription is paused; resume it first');
}

/** @param isGood whether what is known is good enough; otherwise it may be out of date */
async function lookUp(id: string, isGood: (known: Address) => boolean): Promise<Address | undefined> {
  const now = Date.now();
  const known = cache.get(id);
  if (known && (isGood(known.address) || now - known.loadedAt < AGAIN_AFTER_MS)) return known.address;
  const address = await findAddress(configTable, id);
  if (address) cache.set(id, { address, loadedAt: now });
  else cache.delete(id);
  return address;
}

interface Proof {
  readonly body: Buffer;
  readonly given: string;
}

const isTaken = (address: Address, proof: Proof): boolean =>
  address.subscription.active && isProved(address, proof);

function isProved(address: Address | undefined, { body, given }: Proof): address is Address {
  const secrets = address ? secretsOf(address.target, Date.now()) : [];
  return isSignedByOne(secrets, body, given);
}

/** Secrets that both sides know, and that have not expired. Of an Ed25519 pair only we know the secret half. */
const secretsOf = ({ signature, secrets }: Target, now: number): string[] =>
  signature === 'ed25519' ? [] : signingSecrets(secrets, now);

/**
 * Takes the place of a secret where there is none, so that the time that hashing a large body takes does not tell of
 * its absence. The reads that come before do: one where there is no such subscription, four where there is one, and
 * none for one that is known. So who measures can learn that an id is a subscription's; ids are no secret.
 */
const NO_SECRET = `whsec_${Buffer.alloc(24).toString('base64')}`;

function isSignedByOne(secrets: readonly string[], body: Buffer, given: string): boolean {
  const keys = (secrets.length > 0 ? secrets : [NO_SECRET]).flatMap(sharedKeys);
  const matches = keys.map((key) => isSameText(sha256Signature(key, body), given.toLowerCase()));
  return secrets.length > 0 && matches.includes(true);
}

function refuseUnknownParameters({ queryStringParameters = {} }: Request): void {
  const unknown = Object.keys(queryStringParameters).find((name) => name !== 'event_type');
  if (unknown !== undefined) throw invalid('unknown parameter; expected event_type', unknown);
}
