import { Stack, Validations } from 'aws-cdk-lib';
import { Bucket, type BucketProps } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/config.ts';

/** What makes a bucket of this stack write its access log, where the settings name a bucket for it. */
export function accessLogs(
  scope: Construct,
  { logBuckets }: Pick<Settings, 'logBuckets'>,
): Pick<BucketProps, 'serverAccessLogsBucket' | 'serverAccessLogsPrefix'> {
  if (logBuckets?.s3 === undefined) return {};
  return {
    serverAccessLogsBucket: Bucket.fromBucketName(scope, 'AccessLogs', logBuckets.s3),
    serverAccessLogsPrefix: `${Stack.of(scope).stackName}/`,
  };
}

/** docs/deploy.md says what the policy of the bucket of logs has to allow. */
export const acknowledgePolicy = (bucket: Bucket): void =>
  Validations.of(bucket).acknowledge({
    id: 'Annotation::@aws-cdk/aws-s3:accessLogsPolicyNotAdded',
    reason: 'the bucket of logs is not ours, and its owner writes its policy',
  });
