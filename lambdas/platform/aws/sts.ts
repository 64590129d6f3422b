import { requireEnv } from '../env.ts';
import { repeatedly } from './aws-client.ts';
import { AwsError, textIn } from './aws-error.ts';
import { originOf } from './endpoint.ts';
import { type Credentials, credentialsOfRole, requestSigner } from './signature.ts';
import { transport } from './transport.ts';

/** A role to be assumed, and for what. */
interface RoleRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId: string;
  /** A policy, as JSON: the session may do what both it and the role allow. */
  readonly policy: string;
}

export interface RoleSession {
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

/**
 * Assumes a role.
 * @throws AwsError when STS refuses or fails; what the connection failed with; the signal's reason
 */
export type AssumeRole = (request: RoleRequest, signal: AbortSignal) => Promise<RoleSession>;

/** As often as with the SDK's clients. */
const TRIES = 3;

/** The longest that a role gives which was assumed by another: roles of functions are assumed themselves. */
const SECONDS = 3600;

/**
 * AssumeRole, by the endpoint of the function's own region: it goes on when another region fails.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const assumeRole: AssumeRole = (request, signal) => {
  const region = requireEnv('AWS_REGION');
  const origin = originOf({ host: 'sts', override: 'STS' }, region);
  const { host } = new URL(origin);
  const sign = requestSigner({ service: 'sts', region, host, credentials: credentialsOfRole() });
  const body = formOf(request);
  return repeatedly(
    TRIES,
    async () => {
      signal.throwIfAborted();
      const headers = sign({ method: 'POST', path: '/', headers: FORM, body });
      const answer = await transport({ method: 'POST', url: `${origin}/`, headers, body, signal });
      const session = answer.status === 200 ? sessionIn(answer.body) : undefined;
      if (session) return session;
      throw new AwsError(answer);
    },
    signal,
  );
};

const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

const formOf = ({ roleArn, sessionName, externalId, policy }: RoleRequest): string =>
  new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    ExternalId: externalId,
    DurationSeconds: String(SECONDS),
    Policy: policy,
  }).toString();

/** Undefined where something answered in the service's place. */
function sessionIn(xml: string): RoleSession | undefined {
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
    'Expiration',
  ].map((name) => textIn(xml, name));
  const endsAt = Date.parse(expiration ?? '');
  if (!accessKeyId || !secretAccessKey || !sessionToken || !(endsAt > 0)) return undefined;
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, endsAt };
}
