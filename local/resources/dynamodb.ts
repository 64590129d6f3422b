import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import { known, noted, type ResourceType, resourceType } from './resource.ts';

const keySchema = z.array(known({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const index = known({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: known({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
  ContributorInsightsSpecification: noted('there is no CloudWatch here').optional(),
});

const table = resourceType(
  {
    TableName: z.string().optional(),
    AttributeDefinitions: z.array(
      known({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
    ),
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z.array(index).optional(),
    BillingMode: z.literal('PAY_PER_REQUEST'),
    SSESpecification: known({
      SSEEnabled: z.boolean(),
      KMSMasterKeyId: z.string().optional(),
      SSEType: noted('KMS is the only one').optional(),
    }).optional(),
    TimeToLiveSpecification: noted('items past their time stay, as they may for days on AWS').optional(),
    PointInTimeRecoverySpecification: noted('nothing outlives the process').optional(),
    DeletionProtectionEnabled: noted('nothing outlives the process').optional(),
    TableClass: noted('a price').optional(),
    ContributorInsightsSpecification: noted('there is no CloudWatch here').optional(),
    Tags: noted('labels for bills').optional(),
  },
  async (properties, { identity, world }) => {
    const name = properties.TableName ?? identity.defaultName;
    const arn = `arn:aws:dynamodb:${identity.region}:${ACCOUNT}:table/${name}`;
    await world.database.call('CreateTable', {
      TableName: name,
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      BillingMode: properties.BillingMode,
      ...(properties.GlobalSecondaryIndexes && {
        GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes.map(
          ({ ContributorInsightsSpecification: _, ...rest }) => rest,
        ),
      }),
    });
    await untilActive(name, world.database.call);
    const key = properties.SSESpecification?.KMSMasterKeyId;
    if (key) world.access.keys.set(arn, key);
    return { ref: name, attributes: { Arn: arn } };
  },
);

/** dynalite makes a table active on a later tick, even with a delay of zero. */
async function untilActive(
  name: string,
  call: <T>(operation: string, body: object) => Promise<T>,
): Promise<void> {
  for (;;) {
    const { Table } = await call<{
      Table: { TableStatus: string; GlobalSecondaryIndexes?: { IndexStatus: string }[] };
    }>('DescribeTable', { TableName: name });
    const pending = Table.GlobalSecondaryIndexes?.some(({ IndexStatus }) => IndexStatus !== 'ACTIVE');
    if (Table.TableStatus === 'ACTIVE' && !pending) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export const dynamodbTypes: Record<string, ResourceType> = { 'AWS::DynamoDB::Table': table };
