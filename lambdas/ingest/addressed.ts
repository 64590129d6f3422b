import { timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { LRUCache } from 'lru-cache';
import { requireEnv } from '../adapters/env.ts';
import { ApiError, invalid } from '../adapters/http.ts';
import { type Address, findAddress } from '../adapters/ingest-config.ts';
import { idempotencyKeyOf } from '../admission.ts';
import type { Target } from '../domain/config.ts';
import { ulidOf } from '../domain/ids.ts';
import { MAX_PAYLOAD_BYTES } from '../domain/payload.ts';
import { sha256Signature, signingSecrets } from '../domain/signature.ts';
import { answerOne } from './answers.ts';
import { publish } from './publish.ts';
import { readAddressed } from './read.ts';
import { bytesOf, type Request, refuseWhatWouldBeChanged } from './request.ts';

const configTable = requireEnv('CONFIG_TABLE');

/** How long a replaced secret, or a paused subscription, may go unnoticed. */
const FRESH_MS = 10_000;
/** Some kilobytes each. */
const MAX_ADDRESSES = 1000;

/** Those that exist; what does not is asked for again, so that a new subscription can be used at once. */
const cache = new LRUCache<string, Address>({ max: MAX_ADDRESSES, ttl: FRESH_MS });

/**
 * Accepts an event for one subscription, from a sender who has no key but knows the subscription's secret. Nothing
 * is said to one who does not, not even whether the subscription exists.
 */
export async function addressed(request: Request): Promise<APIGatewayProxyStructuredResultV2> {
  refuseWhatWouldBeChanged(request);
  const address = await authenticated(request);
  if (!address.subscription.active) {
    throw new ApiError(409, 'subscription_paused', 'the subscription is paused; resume it first');
  }
  refuseUnknownParameters(request);
  const { tenant, subscription, settings } = address;
  const publisher = {
    ...settings,
    tenant,
    idempotencyKey: idempotencyKeyOf(request.headers),
    only: subscription.id,
  };
  const maxBytes = Math.min(settings.maxPayloadBytes, MAX_PAYLOAD_BYTES);
  const [result] = await publish(publisher, [readAddressed(request, maxBytes)]);
  return answerOne(result!);
}

/** The addressed subscription, once its secret has been proved. @throws ApiError 401, the same for whatever is wrong */
async function authenticated(request: Request): Promise<Address> {
  const id = request.pathParameters?.id ?? '';
  const address = ulidOf('sub', id) ? await lookUp(id) : undefined;
  const secrets = address ? secretsOf(address.target, Date.now()) : [];
  const given = request.headers['x-hub-signature-256'] ?? '';
  if (isSignedByOne(secrets, bytesOf(request), given) && address) return address;
  const expected = `expected x-hub-signature-256: sha256=<hex HMAC-SHA256 of the body> by the subscription's secret`;
  throw new ApiError(401, 'invalid_signature', expected);
}

async function lookUp(id: string): Promise<Address | undefined> {
  const known = cache.get(id);
  if (known) return known;
  const address = await findAddress(configTable, id);
  if (address) cache.set(id, address);
  return address;
}

/** Secrets that both sides know, and that have not expired. Of an Ed25519 pair only we know the secret half. */
const secretsOf = ({ signature, secrets }: Target, now: number): string[] =>
  signature === 'ed25519' ? [] : signingSecrets(secrets, now);

/** Takes the place of a secret where there is none, so that its absence does not show in the time that it takes. */
const NO_SECRET = 'no-secret';

function isSignedByOne(secrets: readonly string[], body: Buffer, given: string): boolean {
  const matches = (secrets.length > 0 ? secrets : [NO_SECRET]).map((secret) =>
    sameText(sha256Signature(secret, body), given.toLowerCase()),
  );
  return secrets.length > 0 && matches.includes(true);
}

/** Compares in constant time. The length of a signature is no secret. */
function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuseUnknownParameters({ queryStringParameters = {} }: Request): void {
  const unknown = Object.keys(queryStringParameters).find((name) => name !== 'event_type');
  if (unknown !== undefined) throw invalid('unknown parameter; expected event_type', unknown);
}
