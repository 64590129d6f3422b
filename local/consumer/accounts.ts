/**
 * The accounts of consumers, beside the one that everything else here is in: STS lets functions assume their roles, and their
 * services take what sessions of roles send. Signatures, policies and limits are AWS's.
 */
import { randomBytes } from 'node:crypto';
import { type Access, signedService } from '../core/access.ts';
import { ACCOUNT } from '../core/account.ts';
import { isAllowed, type Statement } from '../core/iam.ts';
import type { Emulator, ServiceAnswer, ServiceCall } from '../services/call.ts';
import { type ConsumerAccount, createAccount, type Disturbance, type KnownAccount } from './account.ts';
import type { Asked, Resource } from './asked.ts';
import { Refusal, refusalAnswer, xml } from './refusal.ts';
import { compilePolicy, type KnownRole } from './role.ts';
import { serviceNamed } from './services/services.ts';
import { signatureFault } from './signature-check.ts';

export type ConsumerAccounts = ReturnType<typeof createConsumerAccounts>;

interface Session {
  readonly role: KnownRole;
  readonly name: string;
  readonly secret: string;
  readonly token: string;
  readonly policy: readonly Statement[] | undefined;
  readonly endsAt: number;
  /** See KnownRole.ended. */
  readonly ended: number;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
const MAX_POLICY = 2048;
/** A role that was assumed by a role is assumed for an hour at most. */
const SECONDS = { min: 900, max: 3600 };

export function createConsumerAccounts(access: Access) {
  const accounts = new Map<string, KnownAccount>();
  const sessions = new Map<string, Session>();

  function account(id: string): ConsumerAccount {
    const known = accounts.get(id);
    if (known) return known;
    const made = createAccount(id);
    accounts.set(id, made);
    return made;
  }

  function assumeRole(call: ServiceCall): ServiceAnswer {
    const form = new URLSearchParams(call.body.toString());
    const [action, arn, name, externalId, policy] = [
      'Action',
      'RoleArn',
      'RoleSessionName',
      'ExternalId',
      'Policy',
    ].map((field) => form.get(field) ?? undefined);
    if (action !== 'AssumeRole') throw new Refusal(400, 'InvalidAction', `STS here has no ${action}`);
    const seconds = Number(form.get('DurationSeconds') ?? SECONDS.max);
    const isValid =
      SESSION_NAME.test(name ?? '') &&
      (externalId === undefined || EXTERNAL_ID.test(externalId)) &&
      (policy?.length ?? 0) <= MAX_POLICY &&
      seconds >= SECONDS.min &&
      seconds <= SECONDS.max;
    if (!isValid || !arn) throw new Refusal(400, 'ValidationError', 'a parameter is not valid');
    const check = { action: 'sts:AssumeRole', resource: arn, externalId: externalId ?? '' };
    const denial = access.refuse(call.accessKey, [check]);
    if (denial) throw new Refusal(403, 'AccessDenied', denial.message);
    const consumer = accounts.get(arn.split(':')[4] ?? '');
    const disturbance = consumer?.disturbanceOf('sts');
    if (disturbance) throw new Refusal(disturbance.status, disturbance.code, 'disturbed');
    const role = consumer?.roles.get(arn);
    if (!role?.assume({ account: ACCOUNT, externalId }))
      throw new Refusal(
        403,
        'AccessDenied',
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/dispatch is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      );
    return begin(role, name!, policy, seconds);
  }

  function begin(role: KnownRole, name: string, policy: string | undefined, seconds: number): ServiceAnswer {
    const key = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const secret = `SECRET${randomBytes(25).toString('base64')}`;
    // Tokens of AWS begin so.
    const token = `IQoJb3JpZ2lu${randomBytes(700).toString('base64')}`;
    const endsAt = Date.now() + seconds * 1000;
    const statements = policy === undefined ? undefined : compilePolicy(JSON.parse(policy), 'session policy');
    sessions.set(key, { role, name, secret, token, policy: statements, endsAt, ended: role.ended });
    const credentials = `<AccessKeyId>${key}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>${new Date(endsAt).toISOString()}</Expiration>`;
    return xml(
      200,
      `<AssumeRoleResponse><AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    );
  }

  /** The names of buckets are everybody's. */
  function resourceOf(arn: string): Resource | undefined {
    const owner = arn.split(':')[4];
    const among = owner ? [accounts.get(owner)] : [...accounts.values()];
    return among.map((one) => one?.resources.get(arn)).find((one) => one !== undefined);
  }

  async function serve(call: ServiceCall, service: string): Promise<ServiceAnswer> {
    const session = sessions.get(call.accessKey);
    if (!session) throw new Refusal(403, 'InvalidClientTokenId', 'The security token is not valid.');
    const { role, secret, token, endsAt, ended } = session;
    if (call.headers['x-amz-security-token'] !== token)
      throw new Refusal(403, 'UnrecognizedClientException', 'The security token is not valid.');
    if (endsAt <= Date.now() || ended !== role.ended)
      throw new Refusal(400, 'ExpiredToken', 'The security token has expired.');
    const fault = signatureFault(call, secret, Date.now());
    if (fault) throw refused({ status: 403, code: fault }, token);
    const own = accounts.get(role.arn.split(':')[4]!)!;
    const disturbance = own.disturbanceOf(service);
    if (disturbance) throw refused(disturbance, token);
    return serviceNamed(service)({
      call,
      accountId: own.id,
      resourceOf,
      authorize: (action, resource) => authorize(session, action, resource),
    } satisfies Asked);
  }

  /** What is wrong with a signature AWS explains by all of the request, the session's token among it. */
  const refused = ({ status, code }: Disturbance, token: string): Refusal =>
    new Refusal(status, code, `refused\nThe request had x-amz-security-token:${token}`);

  function authorize({ role, name, policy }: Session, action: string, resource: string): void {
    if (role.allows(action, resource) && (!policy || isAllowed(policy, action, resource))) return;
    const user = `${role.arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${name}`;
    const message = `User: ${user} is not authorized to perform: ${action} on resource: ${resource}`;
    throw new Refusal(403, 'AccessDenied', message);
  }

  return {
    account,
    /** All calls that are not for a consumer's account go to the other services. */
    besides: (others: Emulator): Emulator => ({
      async answer(call) {
        const service = signedService(call.headers.authorization);
        const isOfSession = call.accessKey.startsWith('ASIA');
        if (service !== 'sts' && !isOfSession) return others.answer(call);
        try {
          return isOfSession ? await serve(call, service) : assumeRole(call);
        } catch (error) {
          if (error instanceof Refusal) return refusalAnswer(service, error);
          throw error;
        }
      },
    }),
  };
}
