import { type CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** CDK has one for all buckets of a stack. */
const PROVIDER = 'Custom::S3AutoDeleteObjectsCustomResourceProvider';

/**
 * Brings CDK's function that empties buckets in line with ours: arm64, a log that ends with the stack, a role that may
 * only write to that log. Left alone, Lambda creates the log while the stack is deleted, and keeps it for ever. The
 * bucket's policy grants what the function may do with the bucket.
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
