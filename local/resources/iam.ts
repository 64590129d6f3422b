import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import { compileIdentityPolicy, type Statement } from '../core/iam.ts';
import { known, noted, type ResourceType, resourceType } from './resource.ts';
import type { World } from './world.ts';

const inlinePolicy = known({ PolicyName: z.string(), PolicyDocument: z.unknown() });

/** The part of AWS's own policies that matters to a function here. */
const MANAGED: Readonly<Record<string, unknown>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': {
    Statement: {
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: '*',
    },
  },
};

const role = resourceType(
  {
    RoleName: z.string().optional(),
    AssumeRolePolicyDocument: noted('only the function that names the role uses it'),
    ManagedPolicyArns: z.array(z.string()).optional(),
    Policies: z.array(inlinePolicy).optional(),
    Path: noted('a prefix for names').optional(),
    Description: noted('for people').optional(),
    MaxSessionDuration: noted('keys here do not expire').optional(),
    Tags: noted('labels for bills').optional(),
  },
  (properties, { identity, world }) => {
    const name = properties.RoleName ?? identity.defaultName;
    const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
    const inline = (properties.Policies ?? []).flatMap(({ PolicyName, PolicyDocument }) =>
      compileIdentityPolicy(PolicyDocument, PolicyName),
    );
    const managed = (properties.ManagedPolicyArns ?? []).flatMap((policyArn) =>
      managedPolicy(world, policyArn),
    );
    world.access.roles.set(arn, { name, arn, statements: [...inline, ...managed] });
    return { ref: name, attributes: { Arn: arn, RoleId: name } };
  },
);

const policy = resourceType(
  { PolicyName: z.string(), PolicyDocument: z.unknown(), Roles: z.array(z.string()) },
  (properties, { identity, world }) => {
    attach(world, properties.Roles, compileIdentityPolicy(properties.PolicyDocument, properties.PolicyName));
    return { ref: identity.defaultName };
  },
);

const managedPolicyType = resourceType(
  {
    ManagedPolicyName: z.string().optional(),
    PolicyDocument: z.unknown(),
    Roles: z.array(z.string()).optional(),
    Tags: noted('labels for bills').optional(),
    Path: noted('a prefix for names').optional(),
    Description: noted('for people').optional(),
  },
  (properties, { identity, world }) => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/${properties.ManagedPolicyName ?? identity.defaultName}`;
    const statements = compileIdentityPolicy(properties.PolicyDocument, identity.logicalId);
    world.access.managedPolicies.set(arn, statements);
    attach(world, properties.Roles ?? [], statements);
    return { ref: arn, attributes: { PolicyArn: arn } };
  },
);

function managedPolicy(world: World, arn: string): readonly Statement[] {
  const own = world.access.managedPolicies.get(arn);
  if (own) return own;
  const document = MANAGED[arn];
  if (!document)
    throw new Error(`managed policy ${arn} is not known; known are ${Object.keys(MANAGED).join(', ')}`);
  return compileIdentityPolicy(document, arn);
}

function attach(world: World, roleNames: readonly string[], statements: readonly Statement[]): void {
  for (const name of roleNames) {
    const found = world.access.roles.get(`arn:aws:iam::${ACCOUNT}:role/${name}`);
    if (!found) throw new Error(`no role ${name}`);
    found.statements.push(...statements);
  }
}

export const iamTypes: Record<string, ResourceType> = {
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::ManagedPolicy': managedPolicyType,
};
