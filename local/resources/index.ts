/** Every CloudFormation resource type that the local cloud knows. */

import { apiTypes } from './apis.ts';
import { bucketDeploymentTypes } from './bucket-deployment.ts';
import { cloudfrontTypes } from './cloudfront.ts';
import { cloudwatchTypes } from './cloudwatch.ts';
import { codeDeployTypes } from './code-deploy.ts';
import { dynamodbTypes } from './dynamodb.ts';
import { ec2Types } from './ec2.ts';
import { eventsTypes } from './events.ts';
import { iamTypes } from './iam.ts';
import { lambdaTypes } from './lambda.ts';
import { lambdaAliasTypes } from './lambda-alias.ts';
import { logsTypes } from './logs.ts';
import { notedType, type ResourceType } from './resource.ts';
import { s3Types } from './s3.ts';
import { securityTypes } from './security.ts';
import { snsTypes } from './sns.ts';
import { sqsTypes } from './sqs.ts';
import { ssmTypes } from './ssm.ts';
import { tellingTypes } from './telling.ts';

export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  ...dynamodbTypes,
  ...sqsTypes,
  ...ssmTypes,
  ...snsTypes,
  ...s3Types,
  ...securityTypes,
  ...iamTypes,
  ...lambdaTypes,
  ...lambdaAliasTypes,
  ...codeDeployTypes,
  ...apiTypes,
  ...eventsTypes,
  ...ec2Types,
  ...logsTypes,
  ...cloudwatchTypes,
  ...tellingTypes,
  ...cloudfrontTypes,
  ...bucketDeploymentTypes,
  'AWS::CDK::Metadata': notedType('analytics'),
};
