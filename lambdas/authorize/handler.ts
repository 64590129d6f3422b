import { createHash, timingSafeEqual } from 'node:crypto';
import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { requireEnv } from '../adapters/env.ts';
import { secretReader } from '../adapters/secrets.ts';
import type { Caller } from '../api-context.ts';

/** The tenant that the key made at deployment belongs to. */
const FIRST_TENANT = 'default';

const readKey = secretReader(requireEnv('API_KEY_SECRET_ARN'));

/** Says who a caller is. API Gateway remembers the answer for the time that the stack sets. */
export async function handler(
  event: APIGatewayRequestAuthorizerEventV2,
): Promise<APIGatewaySimpleAuthorizerWithContextResult<Caller>> {
  const given = bearerToken(event.identitySource?.[0]);
  const isAuthorized = given !== undefined && sameText(given, await readKey());
  return { isAuthorized, context: { tenant: isAuthorized ? FIRST_TENANT : '' } };
}

const bearerToken = (header: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

/** Compares hashes, so that neither the length nor a common beginning shows in the time it takes. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
