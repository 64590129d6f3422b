/** Versions and aliases of functions. Nothing is deployed twice here, so each function has one version, and an alias leads to it. */
import { z } from 'zod';
import { known, noted, type ResourceType, resourceType } from './resource.ts';
import { functionNamed, type World } from './world.ts';

/** The first that Lambda publishes. */
const VERSION = '1';

const version = resourceType(
  { FunctionName: z.string(), Description: noted('for people').optional() },
  ({ FunctionName }, { identity, world }) => {
    const { arn } = functionNamed(world, identity.region, FunctionName);
    const ref = `${arn}:${VERSION}`;
    return { ref, attributes: { Version: VERSION, FunctionArn: ref } };
  },
);

const alias = resourceType(
  {
    FunctionName: z.string(),
    FunctionVersion: z.literal(VERSION, 'expected the version of this function'),
    Name: z.string().regex(/^(?!\d+$)[\w-]{1,128}$/, 'expected a name that is no number'),
    Description: noted('for people').optional(),
  },
  ({ FunctionName, Name }, { identity, world }) => {
    const called = functionNamed(world, identity.region, FunctionName);
    const arn = `${called.arn}:${Name}`;
    // Permissions and settings of asynchronous calls are of the alias, not of its function.
    world.aliases.set(arn, { ...called, arn });
    return { ref: arn, attributes: { AliasArn: arn } };
  },
);

const updatePolicy = known({
  CodeDeployLambdaAliasUpdate: known({ ApplicationName: z.string(), DeploymentGroupName: z.string() }),
});

/**
 * Checks how CloudFormation would move an alias. An alias that is created is not moved.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
 * @throws Error where the policy is of another type of resource, or names what there is not
 */
export function checkUpdatePolicy(type: string, policy: unknown, world: World): void {
  if (type !== 'AWS::Lambda::Alias') throw new Error('UpdatePolicy: only that of an alias is implemented');
  const { CodeDeployLambdaAliasUpdate: named } = updatePolicy.parse(policy);
  const group = `${named.ApplicationName}/${named.DeploymentGroupName}`;
  if (!world.deploymentGroups.has(group)) throw new Error(`UpdatePolicy: no deployment group ${group}`);
}

export const lambdaAliasTypes: Record<string, ResourceType> = {
  'AWS::Lambda::Version': version,
  'AWS::Lambda::Alias': alias,
};
