import type { Posted } from '../../http-client/http-post.ts';
import { portProblem } from '../../http-client/ports.ts';
import type { Allowed } from '../../http-client/target-url.ts';
import type { Verdict } from '../../http-client/verdict.ts';
import { givenOrigin, suffixOf } from '../../platform/aws/endpoint.ts';
import { requestSigner } from '../../platform/aws/signature.ts';
import {
  type Kind,
  type KindRequest,
  type Making,
  RequestProblem,
  type SettingProblem,
  sentBy,
} from '../kind.ts';
import { ANSWER_HEADERS, type AwsVerdict, verdictOf } from './answers.ts';
import { type Arn, arnOf, covers, partitionOf, readArn } from './arn.ts';
import type { WantedSession } from './session.ts';

/** What the settings of all kinds on AWS have. */
export interface AwsSettings {
  /** The role in the consumer's account that sends. */
  readonly roleArn: string;
}

/** The thing that gets events. */
export interface Resource {
  /** Shown, and what a session may send to. */
  readonly arn: string;
  readonly region: string;
  /** Undefined where its name does not say it. */
  readonly account: string | undefined;
}

/** A request to a service, not signed yet. */
interface AwsRequest {
  readonly method?: 'POST' | 'PUT';
  /** Escaped; `/` when left out. */
  readonly path?: string;
  /** In lower case; all are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Of the host's name, before the service's. */
  readonly hostPrefix?: string;
}

/** A service that takes events. */
export interface AwsService<S extends AwsSettings> {
  /** The kind's name. */
  readonly kind: string;
  /** As it is named in signatures. */
  readonly service: string;
  readonly host: string;
  /** In the name of the variable that says where it is instead. */
  readonly override: string;
  /** What a session may do, of the resource alone. */
  readonly action: string;
  /** Whether a customer-managed key of the resource is used in the sender's name. */
  readonly usesKey?: true;
  resource(settings: S): Resource;
  problem?(settings: S): SettingProblem | undefined;
  /** What a session may send to, where it is not the resource itself. */
  scope?(arn: string): string;
  /** @param origin where the service is */
  request(making: Making<S>, resource: Resource, origin: string): AwsRequest;
  /** What an answer of success means where it tells of a failure. */
  read?(answered: Posted): AwsVerdict | undefined;
}

/** A kind of target that is a resource in a consumer's own account, reached through a role of that account. */
export function awsKind<S extends AwsSettings>(service: AwsService<S>): Kind<S> {
  return {
    takes: new Set(['signature', 'secret']),
    secrets: [],
    assumesRole: true,
    address: (settings) => service.resource(settings).arn,
    problem: (settings, allowed) =>
      roleProblem(settings, service.resource(settings), allowed) ?? service.problem?.(settings),
    request: (making) => requestOf(service, making),
  };
}

function roleProblem(
  { roleArn }: AwsSettings,
  { region }: Resource,
  { awsRoles, ports }: Allowed,
): SettingProblem | undefined {
  const problem = (message: string): SettingProblem => ({ field: 'roleArn', message });
  if (!awsRoles)
    return problem('expected no target on AWS: this environment has none, see `awsDestinations`');
  if (!awsRoles.some((pattern) => covers(pattern, roleArn)))
    return problem(`expected a role that Posthorn may assume: ${awsRoles.join(' or ')}`);
  if (readArn(roleArn)?.partition !== partitionOf(region))
    return problem(`expected a role of the partition of ${region}, ${partitionOf(region)}`);
  const closed = portProblem(443, ports);
  return closed === undefined ? undefined : problem(`${closed}: AWS answers on 443 alone`);
}

async function requestOf<S extends AwsSettings>(
  service: AwsService<S>,
  making: Making<S>,
): Promise<KindRequest> {
  const { settings, deps, tenant, timeoutMs } = making;
  const resource = service.resource(settings);
  const { region } = resource;
  const given = givenOrigin(service.override);
  const suffix = suffixOf(region);
  const made = service.request(making, resource, given ?? `https://${service.host}.${region}.${suffix}`);
  const wanted: WantedSession = {
    environment: deps.aws.environment,
    tenant,
    roleArn: settings.roleArn,
    policy: policyFor(service, resource),
  };
  const credentials = await deps.aws.sessions.of(wanted, timeoutMs);
  const origin = given ?? `https://${made.hostPrefix ?? ''}${service.host}.${region}.${suffix}`;
  const { host } = new URL(origin);
  const { method = 'POST', path = '/', body } = made;
  const bytes = Buffer.from(body as Uint8Array);
  const sign = requestSigner({ service: service.service, region, host, credentials });
  const headers = sign({ method, path, headers: made.headers, body: bytes }, new Date(deps.now()));
  const url = origin + path;
  return {
    method,
    url,
    headers,
    body: bytes,
    sent: sentBy(service.kind, url, bytes, method === 'POST' ? undefined : method),
    wanted: ANSWER_HEADERS,
    note(answered) {
      if (answered.status === undefined || !verdictOf(answered)?.isSessionSpent) return undefined;
      deps.aws.sessions.forget(wanted, credentials);
      return 'anew';
    },
    read: (answered): Verdict | undefined => verdictOf(answered) ?? service.read?.(answered),
  };
}

/**
 * A session may do one thing to one resource, whatever its role may: should its credentials ever leak, that is all they are
 * good for.
 */
function policyFor<S extends AwsSettings>(
  { action, usesKey, host, scope }: AwsService<S>,
  { arn, region }: Resource,
): string {
  const send = { Effect: 'Allow', Action: action, Resource: scope?.(arn) ?? arn };
  const key = {
    Effect: 'Allow',
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: '*',
    Condition: { StringLike: { 'kms:ViaService': `${host}.${region}.*` } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: usesKey ? [send, key] : [send] });
}

/** A resource with an ARN of its own. */
export function resourceOf(arn: string): Resource {
  const { region, account } = arnOf(arn);
  return { arn, region, account };
}

/** Of services that do not find a resource of another account by its name. */
export function otherAccount({ roleArn }: AwsSettings, arn: Arn, field: string): SettingProblem | undefined {
  const { account } = arnOf(roleArn);
  return arn.account === account
    ? undefined
    : { field, message: `expected one in the role’s account, ${account}` };
}

/** @throws RequestProblem for a request with several events */
export function eventOf<S extends object>({ event }: Making<S>): NonNullable<Making<S>['event']> {
  if (event) return event;
  throw new RequestProblem('unsendable', 'expected one event: AWS takes no batches here');
}
