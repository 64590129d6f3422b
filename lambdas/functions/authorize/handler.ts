import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { type Identity, identify } from '../../access/identify.ts';
import { noteUse } from '../../access/last-use.ts';
import type { Caller } from '../../http/caller.ts';
import { errorFields, warn } from '../../platform/log.ts';
import { requestSettings } from '../../tenants/tenants.ts';

/**
 * Says who a caller is. What it may do is for the router to check, which can say what is missing. API Gateway
 * remembers the answer for the time that the stack sets, and nothing here remembers it for longer.
 * @throws when it can't be found out: API Gateway answers 500 then, and lets nobody in
 */
export async function handler(
  event: APIGatewayRequestAuthorizerEventV2,
): Promise<APIGatewaySimpleAuthorizerWithContextResult<Partial<Caller>>> {
  const now = Date.now();
  const identity = await identifyOrThrow(bearerToken(event.identitySource?.[0]), now);
  if (!identity) return { isAuthorized: false, context: {} };
  if (identity.credential.startsWith('key_')) await noteUse(identity.credential, now);
  return { isAuthorized: true, context: toCaller(identity) };
}

const bearerToken = (header: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

async function identifyOrThrow(token: string | undefined, now: number): Promise<Identity | undefined> {
  try {
    return token === undefined ? undefined : await identify(token, now);
  } catch (error) {
    warn('caller not identified', errorFields(error));
    // Lambda logs what is thrown, with all that hangs on it.
    throw new Error('caller not identified');
  }
}

/**
 * Lists are allowed in a simple response's context: the integration gets it as JSON
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html, its examples).
 */
const toCaller = ({ credential, scopes, expiresAt, tenant }: Identity): Caller => ({
  tenant: tenant.id,
  credential,
  scopes,
  ...(expiresAt && { expiresAt }),
  ...requestSettings(tenant),
});
