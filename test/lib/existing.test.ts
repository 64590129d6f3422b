import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { checkSettings, settingsOf } from '../../lib/settings/config.ts';
import { environmentOf, refOf, resourcesOf } from '../helpers/synthesised.ts';

const homeRegion = 'eu-central-1';
const encryptionKeyArn = `arn:aws:kms:${homeRegion}:123456789012:key/0a1b-2c3d`;
const network = {
  vpcId: 'vpc-0a1b2c3d',
  subnetIds: ['subnet-0a1b2c3d', 'subnet-4e5f6071'],
  addresses: ['203.0.113.7', '203.0.113.8'],
};
const plain = environmentOf('prod', { homeRegion });
const given = environmentOf('prod', {
  homeRegion,
  encryptionKeyArn,
  staticEgress: { networks: { [homeRegion]: network } },
  backup: { keepDays: 90, tables: ['config', 'log'] },
});
const storage = resourcesOf(given.storage);
const pipeline = resourcesOf(given.pipeline);
const api = resourcesOf(given.api);
const ofType = (all: typeof storage, type: string) => all.filter((each) => each.type === `AWS::${type}`);

describe('a key that is there already', () => {
  it('encrypts what the environment’s own would, which is not made', () => {
    expect(ofType(storage, 'KMS::Key')).toEqual([]);
    const [config] = ofType(storage, 'DynamoDB::Table').filter(({ id }) => id.startsWith('Config'));
    expect(config!.properties.SSESpecification).toEqual({
      SSEEnabled: true,
      SSEType: 'KMS',
      KMSMasterKeyId: encryptionKeyArn,
    });
    const [secret] = ofType(storage, 'SecretsManager::Secret');
    expect(secret!.properties.KmsKeyId).toBe(encryptionKeyArn);
    const topics = ofType(storage, 'SNS::Topic').map(({ properties }) => properties.KmsMasterKeyId);
    expect(topics).toEqual([encryptionKeyArn, encryptionKeyArn]);
  });

  it('may be used by each function that may use the environment’s own', () => {
    const users = (stacks: (typeof plain.api)[]): string[] =>
      stacks.flatMap((stack) =>
        ofType(resourcesOf(stack), 'IAM::Policy')
          .filter(({ properties }) => JSON.stringify(properties.PolicyDocument).includes('kms:Decrypt'))
          .map(({ id }) => id),
      );
    const stacksOf = ({ api: one, pipeline: other }: typeof plain) => [one, other] as (typeof plain.api)[];
    expect(users(stacksOf(given))).toEqual(users(stacksOf(plain)));
    const resources = ofType(api, 'IAM::Policy').flatMap(({ properties }) =>
      properties.PolicyDocument.Statement.filter(({ Action }: { Action: string }) =>
        [Action].flat().includes('kms:Decrypt'),
      ).map(({ Resource }: { Resource: unknown }) => Resource),
    );
    expect(new Set(resources)).toEqual(new Set([encryptionKeyArn]));
  });
});

describe('a network that is there already', () => {
  const dispatchers = ofType(pipeline, 'Lambda::Function').filter(({ id }) => id.startsWith('Dispatch'));

  it('is what functions that deliver are in, with a group that lets nothing in', () => {
    expect(ofType(pipeline, 'EC2::VPC')).toEqual([]);
    expect(ofType(pipeline, 'EC2::NatGateway')).toEqual([]);
    const [group, ...others] = ofType(pipeline, 'EC2::SecurityGroup');
    expect(others).toEqual([]);
    expect(group!.properties).toMatchObject({ VpcId: network.vpcId });
    expect(group!.properties.SecurityGroupIngress).toBeUndefined();
    expect(dispatchers).toHaveLength(4);
    for (const { properties } of dispatchers) {
      expect(properties.VpcConfig.SubnetIds).toEqual(network.subnetIds);
      expect(properties.VpcConfig.SecurityGroupIds.map(refOf)).toEqual([group!.id]);
    }
  });

  it('has the addresses that the settings say', () => {
    const [manage] = ofType(api, 'Lambda::Function').filter(({ id }) => id.startsWith('Manage'));
    const { EGRESS_ADDRESSES } = manage!.properties.Environment.Variables;
    expect(JSON.parse(EGRESS_ADDRESSES)).toEqual([[homeRegion, network.addresses]]);
  });
});

describe('backups', () => {
  it('are made each day, kept as long as wanted, of the tables that are named', () => {
    const [plan] = ofType(storage, 'Backup::BackupPlan');
    const [rule, ...others] = plan!.properties.BackupPlan.BackupPlanRule;
    expect(others).toEqual([]);
    expect(rule.Lifecycle).toEqual({ DeleteAfterDays: 90 });
    const [selection] = ofType(storage, 'Backup::BackupSelection');
    const tables = selection!.properties.BackupSelection.Resources.map(
      (arn: object) => /(Config|Log|State)[0-9A-F]{8}/.exec(JSON.stringify(arn))?.[1],
    );
    expect(tables).toEqual(['Config', 'Log']);
  });

  it('stay when the stack or the setting is gone', () => {
    const [vault] = ofType(storage, 'Backup::BackupVault');
    expect([vault!.properties.BackupVaultName, vault!.deletionPolicy]).toEqual(['posthorn-prod', 'Retain']);
  });

  it('may go to a vault that is there already, and are of the config table by default', () => {
    const { storage: other } = environmentOf('prod', { backup: { keepDays: 1, vault: 'central' } });
    const resources = resourcesOf(other);
    expect(ofType(resources, 'Backup::BackupVault')).toEqual([]);
    const [plan] = ofType(resources, 'Backup::BackupPlan');
    expect(plan!.properties.BackupPlan.BackupPlanRule[0].TargetBackupVault).toBe('central');
    const [selection] = ofType(resources, 'Backup::BackupSelection');
    expect(selection!.properties.BackupSelection.Resources).toHaveLength(1);
  });

  it('are none by default', () => {
    expect(JSON.stringify(Template.fromStack(plain.storage).toJSON())).not.toContain('AWS::Backup');
  });
});

it('no table, bucket, queue or secret is another one with these settings', () => {
  const STATEFUL = ['DynamoDB::Table', 'S3::Bucket', 'SecretsManager::Secret', 'SQS::Queue', 'SNS::Topic'];
  const kept = (all: typeof storage) =>
    STATEFUL.flatMap((type) => ofType(all, type)).map(({ id, properties }) => [
      id,
      // What forces a replacement when it changes: names, keys of items.
      properties.TableName ?? properties.BucketName ?? properties.Name ?? properties.QueueName,
      properties.KeySchema,
    ]);
  for (const [stack, before] of [
    [storage, plain.storage],
    [pipeline, plain.pipeline],
  ] as const)
    expect(kept(stack)).toEqual(kept(resourcesOf(before)));
});

describe('settings of what is there already', () => {
  const check = (changes: object) => checkSettings('mine', { ...settingsOf('prod'), homeRegion, ...changes });

  it.each<[object, RegExp]>([
    [{ encryptionKeyArn: 'alias/posthorn' }, /encryptionKeyArn: expected the ARN of a key/],
    [
      { encryptionKeyArn: encryptionKeyArn.replace(homeRegion, 'us-east-1') },
      /encryptionKeyArn: expected a key of homeRegion/,
    ],
    [{ staticEgress: {} }, /zones\.eu-central-1: expected 1 to 3 zones of this region, or its network/],
    [
      { staticEgress: { zones: { [homeRegion]: ['euc1-az1'] }, networks: { [homeRegion]: network } } },
      /networks\.eu-central-1: expected either a network or zones/,
    ],
    [
      { staticEgress: { networks: { [homeRegion]: network, 'us-east-1': network } } },
      /networks\.us-east-1: no deliveries are made from here: expected eu-central-1/,
    ],
    [
      { staticEgress: { networks: { [homeRegion]: { ...network, vpcId: 'mine' } } } },
      /vpcId: expected the id of a VPC/,
    ],
    [
      { staticEgress: { networks: { [homeRegion]: { ...network, addresses: ['::1'] } } } },
      /addresses\.0: expected an IPv4 address/,
    ],
    [
      {
        staticEgress: {
          networks: { [homeRegion]: { ...network, subnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3d'] } },
        },
      },
      /subnetIds: expected each subnet once/,
    ],
    [{ backup: { keepDays: 0 } }, /backup\.keepDays: /],
    [{ backup: { keepDays: 1, tables: ['payloads'] } }, /backup\.tables\.0: /],
    [{ backup: { keepDays: 1, vault: 'a b' } }, /backup\.vault: expected the name of a vault/],
    [{ backup: { keepDays: 1 }, protectData: false }, /backup: expected protectData with it/],
  ])('are refused: %j', (changes, message) => {
    expect(() => check(changes)).toThrow(message);
  });
});
