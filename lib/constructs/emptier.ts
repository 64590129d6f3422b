import { type CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** CDK has one for all buckets of a stack. */
const PROVIDER = 'Custom::S3AutoDeleteObjectsCustomResourceProvider';

/**
 * Makes CDK's function that empties buckets like ours: on arm64, with a log that ends with the stack, and a role that may
 * write to that log and nothing else. As CDK has it, Lambda makes the log when the function is called, which is while
 * the stack is deleted, and keeps it for ever. What it may do with a bucket stands in the bucket's policy.
 *
 * @param stack has a bucket with `autoDeleteObjects`
 */
export function tidyEmptier(stack: Stack, logDays: RetentionDays): void {
  const provider = stack.node.findChild(PROVIDER);
  const logGroup = new LogGroup(new Construct(stack, 'Emptier'), 'Logs', {
    retention: logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = provider.node.findChild('Role') as CfnResource;
  role.addPropertyDeletionOverride('ManagedPolicyArns');
  role.addPropertyOverride('Policies', [
    {
      PolicyName: 'Logs',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: logGroup.logGroupArn,
          },
        ],
      },
    },
  ]);
  const handler = provider.node.findChild('Handler') as CfnResource;
  handler.addPropertyOverride('Architectures', ['arm64']);
  handler.addPropertyOverride('LoggingConfig', {
    LogFormat: 'JSON',
    LogGroup: logGroup.logGroupName,
    SystemLogLevel: 'WARN',
  });
}
