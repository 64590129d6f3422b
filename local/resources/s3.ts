import { z } from 'zod';
import { isAllowed } from '../core/iam.ts';
import { known, noted, type ResourceType, resourceType } from './resource.ts';
import { functionByArn } from './world.ts';

const encryptionRule = known({
  ServerSideEncryptionByDefault: known({
    SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
    KMSMasterKeyID: z.string().optional(),
  }),
  BucketKeyEnabled: noted('a price').optional(),
});

const bucket = resourceType(
  {
    BucketName: z.string().optional(),
    BucketEncryption: known({ ServerSideEncryptionConfiguration: z.array(encryptionRule) }).optional(),
    PublicAccessBlockConfiguration: noted('no outsider can reach it').optional(),
    LifecycleConfiguration: noted('objects live as long as the process').optional(),
    VersioningConfiguration: noted('objects live as long as the process').optional(),
    OwnershipControls: noted('one account').optional(),
    IntelligentTieringConfigurations: noted('a price').optional(),
    LoggingConfiguration: noted('no access log here').optional(),
    Tags: noted('labels for bills').optional(),
  },
  (properties, { identity, world }) => {
    const name = properties.BucketName ?? identity.defaultName.toLowerCase();
    const arn = `arn:aws:s3:::${name}`;
    world.s3.createBucket(name, identity.region);
    const rules = properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    const key = rules.map((rule) => rule.ServerSideEncryptionByDefault.KMSMasterKeyID).find(Boolean);
    if (key) world.access.keys.set(arn, key);
    const domain = `${name}.s3.amazonaws.com`;
    return { ref: name, attributes: { Arn: arn, DomainName: domain, RegionalDomainName: domain } };
  },
);

const bucketPolicy = resourceType(
  { Bucket: z.string(), PolicyDocument: z.unknown() },
  (properties, { identity, world }) => {
    const arn = `arn:aws:s3:::${properties.Bucket}`;
    world.access.addResourcePolicy(arn, properties.PolicyDocument, identity.logicalId);
    return { ref: identity.defaultName };
  },
);

/**
 * CDK's resource that empties a bucket before CloudFormation deletes it, which needs an empty bucket. Nothing is
 * deleted here, so only the fit of its parts is checked.
 */
const autoDeleteObjects = resourceType(
  { ServiceToken: z.string(), BucketName: z.string() },
  ({ ServiceToken, BucketName }, { world }) => {
    const { role } = functionByArn(world, ServiceToken);
    const bucketArn = `arn:aws:s3:::${BucketName}`;
    for (const [action, arn] of [
      ['s3:GetBucketTagging', bucketArn],
      ['s3:ListBucketVersions', bucketArn],
      ['s3:DeleteObjectVersion', `${bucketArn}/any`],
    ] as const) {
      if (!isAllowed(role.statements, action, arn))
        throw new Error(`the function's role ${role.name} lacks ${action} on ${arn}`);
    }
    return { ref: BucketName };
  },
);

export const s3Types: Record<string, ResourceType> = {
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'Custom::S3AutoDeleteObjects': autoDeleteObjects,
};
