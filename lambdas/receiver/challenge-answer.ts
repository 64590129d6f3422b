import { PUBLIC_PREFIX } from '../targets/signature-schemes/secret-text.ts';
import { sha256Signature } from '../targets/signature-schemes/shared-secret.ts';
import { isObject, parse } from '../values/json.ts';

/** How the ids of challenges begin. */
const CHALLENGE_ID = /^chl_/;

/**
 * What answers a challenge: the proof that this endpoint knows the secret (docs/delivery.md#challenge).
 * @param id the request's verified `webhook-id`
 * @returns undefined for a request that is none
 */
export function challengeAnswer(
  id: string,
  body: Uint8Array,
  secret: string,
): { readonly response: string } | undefined {
  if (!CHALLENGE_ID.test(id)) return undefined;
  const parsed = parse(Buffer.from(body).toString());
  if (!parsed.ok || !isObject(parsed.value)) return undefined;
  const { type, challenge } = parsed.value;
  if (type !== 'posthorn.challenge' || typeof challenge !== 'string') return undefined;
  return { response: secret.startsWith(PUBLIC_PREFIX) ? challenge : sha256Signature(secret, challenge) };
}
