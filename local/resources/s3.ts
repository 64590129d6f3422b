import { z } from 'zod';
import { compileResourcePolicy } from '../iam.ts';
import { known, noted, type ResourceType, resourceType } from '../resource.ts';

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
    PublicAccessBlockConfiguration: noted('nobody from outside comes here').optional(),
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
    world.messaging.buckets.createBucket(name);
    world.messaging.bucketRegions.set(name, identity.region);
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
    const statements = compileResourcePolicy(properties.PolicyDocument, identity.logicalId);
    world.access.resourcePolicies.set(`arn:aws:s3:::${properties.Bucket}`, statements);
    return { ref: identity.defaultName };
  },
);

export const s3Types: Record<string, ResourceType> = {
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
};
