/** Decides whether a caller may make a call. Access keys lead to functions, functions to roles, roles to policies. */
import { randomBytes } from 'node:crypto';
import {
  compileResourcePolicy,
  type Decision,
  decide,
  NEVER,
  type ServiceGrant,
  type Statement,
  serviceGrants,
} from './iam.ts';
import type { Log } from './log.ts';

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly statements: Statement[];
}

export interface Check {
  readonly action: string;
  readonly resource: string;
  /** Partition keys of the items in a DynamoDB request, where it names them. */
  readonly leadingKeys?: readonly string[];
  /** The sender of a mail. */
  readonly sender?: string;
  /** What a role is assumed with; empty without any. */
  readonly externalId?: string;
}

export interface Denial extends Check {
  readonly functionName: string;
  readonly message: string;
}

/** Actions on the key that a call also needs when a customer-managed key encrypts its resource. */
const KEY_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'sqs:SendMessage': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'sqs:ReceiveMessage': ['kms:Decrypt'],
  'sns:Publish': ['kms:GenerateDataKey', 'kms:Decrypt'],
  's3:PutObject': ['kms:GenerateDataKey'],
  's3:GetObject': ['kms:Decrypt'],
  'secretsmanager:GetSecretValue': ['kms:Decrypt'],
};

/** S3 keys have no bound, so not all decisions on them are kept. */
const DECISIONS_KEPT = 1000;

interface Principal {
  readonly name: string;
  readonly role: Role;
  /** By action and resource. */
  readonly decisions: Map<string, Decision>;
  /** How many statements there were for them; statements are only added. */
  decidedBy: number;
}

export type Access = ReturnType<typeof createAccess>;

/** The registry of roles and callers of one local cloud. */
export function createAccess(log: Log) {
  const roles = new Map<string, Role>();
  const principals = new Map<string, Principal>();
  const managedPolicies = new Map<string, readonly Statement[]>();
  const resourcePolicies = new Map<string, Statement[]>();
  const grantsToServices = new Map<string, ServiceGrant[]>();
  const keys = new Map<string, string>();
  const denials: Denial[] = [];
  const operatorKey = newAccessKey();
  /** In policies of resources. */
  let denialStatements = 0;

  function isDenied({ action, resource }: Check): boolean {
    return (resourcePolicies.get(bucketOf(resource)) ?? []).some(
      (statement) => statement.action(action) && statement.resource(resource),
    );
  }

  function mayCall(principal: Principal, check: Check): boolean {
    const { action, resource, sender, externalId = sender } = check;
    const { leadingKeys = externalId === undefined ? NO_KEYS : [externalId] } = check;
    const { decisions, role } = principal;
    const statements = role.statements.length + denialStatements;
    if (principal.decidedBy !== statements || decisions.size > DECISIONS_KEPT) decisions.clear();
    principal.decidedBy = statements;
    const key = `${action} ${resource}`;
    const known = decisions.get(key);
    if (known) return known(leadingKeys);
    const decision = isDenied(check) ? NEVER : decide(role.statements, action, resource);
    decisions.set(key, decision);
    return decision(leadingKeys);
  }

  function deny(functionName: string, roleName: string, check: Check): Denial {
    const user = `arn:aws:sts::000000000000:assumed-role/${roleName}/${functionName}`;
    const message = `User: ${user} is not authorized to perform: ${check.action} on resource: ${check.resource}`;
    const denial = { ...check, functionName, message };
    denials.push(denial);
    log({
      kind: 'cloud',
      text: `AccessDenied  function=${functionName} action=${check.action} resource=${check.resource}`,
    });
    return denial;
  }

  return {
    roles,
    managedPolicies,
    /** From a table's, queue's, topic's, bucket's or secret's ARN to its customer-managed key's ARN. */
    keys,
    /** Adds the policy of a queue, topic or bucket. @throws where it names a role that does not exist */
    addResourcePolicy(arn: string, document: unknown, where: string): void {
      const policy = compileResourcePolicy(document, where);
      grantsToServices.set(arn, [...(grantsToServices.get(arn) ?? []), ...serviceGrants(document, where)]);
      denialStatements += policy.denials.length;
      resourcePolicies.set(arn, [...(resourcePolicies.get(arn) ?? []), ...policy.denials]);
      for (const [roleArn, statement] of policy.grants) {
        const role = roles.get(roleArn);
        if (!role) throw new Error(`no role ${roleArn}`);
        role.statements.push(statement);
      }
    },
    /** Whether a resource's policy lets a service make a call on behalf of a resource of the account. */
    serviceMayCall(service: string, sourceArn: string, check: Check): boolean {
      const grants = grantsToServices.get(bucketOf(check.resource)) ?? [];
      return (
        !isDenied(check) &&
        grants.some(
          ({ services, action, resource, isFor }) =>
            services.includes(service) &&
            action(check.action) &&
            resource(check.resource) &&
            isFor(sourceArn),
        )
      );
    },
    denials: denials as readonly Denial[],
    /** An access key that may do everything, for tests and tools. */
    operatorKey,

    /** Gives a function an access key of its own. */
    issueKey(functionName: string, role: Role): string {
      const accessKey = newAccessKey();
      principals.set(accessKey, { name: functionName, role, decisions: new Map(), decidedBy: 0 });
      return accessKey;
    },

    nameOf(accessKey: string): string {
      return accessKey === operatorKey ? 'operator' : (principals.get(accessKey)?.name ?? 'unknown');
    },

    /** Undefined if the caller may do all of it, otherwise the first refusal, logged and kept. */
    refuse(accessKey: string, checks: readonly Check[]): Denial | undefined {
      if (accessKey === operatorKey) return undefined;
      const principal = principals.get(accessKey);
      for (const check of checks) {
        if (!principal) return deny('unknown', 'unknown', check);
        const refused = mayCall(principal, check)
          ? keyChecks(keys, check).find((each) => !mayCall(principal, each))
          : check;
        if (refused) return deny(principal.name, principal.role.name, refused);
      }
      return undefined;
    },

    /** Like `refuse`, but logs and keeps nothing. */
    allows(accessKey: string, check: Check): boolean {
      const principal = principals.get(accessKey);
      return accessKey === operatorKey || (principal !== undefined && mayCall(principal, check));
    },
  };
}

const NO_KEYS: readonly string[] = [];
const NO_CHECKS: readonly Check[] = [];

function keyChecks(keys: ReadonlyMap<string, string>, { action, resource }: Check): readonly Check[] {
  if (keys.size === 0) return NO_CHECKS;
  const dynamodb = action.startsWith('dynamodb:');
  const key = keys.get(
    dynamodb ? tableOf(resource) : resource.startsWith('arn:aws:s3') ? bucketOf(resource) : resource,
  );
  if (!key) return NO_CHECKS;
  // DynamoDB decrypts the table's key for reads and writes, with the caller's permissions.
  const actions = dynamodb ? ['kms:Decrypt'] : (KEY_ACTIONS[action] ?? []);
  return actions.map((each) => ({ action: each, resource: key }));
}

const tableOf = (arn: string): string => arn.replace(/\/index\/.*/, '');
/** The ARN of an object's bucket; other ARNs, but a table's, stay. */
const bucketOf = (arn: string): string => arn.replace(/\/.*/s, '');

/** The access key in a SigV4 Authorization header; empty if there is none. */
export function accessKeyOf(authorization: string | undefined): string {
  const start = authorization?.indexOf('Credential=') ?? -1;
  return start < 0 ? '' : authorization!.slice(start + 11, authorization!.indexOf('/', start));
}

/**
 * The region in a SigV4 Authorization header, whose endpoint the request would reach on AWS; empty if there is none.
 */
export function signedRegion(authorization: string | undefined): string {
  return /Credential=[^/]*\/\d+\/([a-z0-9-]+)\//.exec(authorization ?? '')?.[1] ?? '';
}

/** The service in a SigV4 Authorization header, such as `execute-api`; empty if there is none. */
export function signedService(authorization: string | undefined): string {
  return /Credential=[^/]*\/\d+\/[a-z0-9-]+\/([a-z0-9-]+)\//.exec(authorization ?? '')?.[1] ?? '';
}

function newAccessKey(): string {
  return `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`;
}
