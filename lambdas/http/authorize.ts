import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import type { Identify, Identity } from '../access/identify.ts';
import type { NoteUse } from '../access/last-use.ts';
import { errorFields, warn } from '../platform/log.ts';
import { bearerOf, type Caller, toCaller } from './caller.ts';

export interface AuthorizeDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly identify: Identify;
  readonly noteUse: NoteUse;
}

/**
 * Lists are allowed in a simple response's context: the integration gets it as JSON
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html, its examples).
 */
export type Authorization = APIGatewaySimpleAuthorizerWithContextResult<Partial<Caller>>;

/**
 * Identifies a caller. The router checks what the caller may do, since it can say which scope is missing.
 * @throws when it can't be found out: API Gateway answers 500 then, and refuses the request
 */
export async function authorize(
  { now, identify, noteUse }: AuthorizeDeps,
  event: Pick<APIGatewayRequestAuthorizerEventV2, 'identitySource'>,
): Promise<Authorization> {
  const at = now();
  const identity = await identifyOrThrow(identify, bearerOf(event.identitySource?.[0]), at);
  if (!identity) return { isAuthorized: false, context: {} };
  if (identity.credential.startsWith('key_')) await noteUse(identity.credential, at);
  return { isAuthorized: true, context: toCaller(identity) };
}

async function identifyOrThrow(
  identify: Identify,
  token: string | undefined,
  now: number,
): Promise<Identity | undefined> {
  try {
    return token === undefined ? undefined : await identify(token, now);
  } catch (error) {
    warn('caller not identified', errorFields(error));
    // Lambda logs a thrown error with all its properties and causes.
    throw new Error('caller not identified');
  }
}
