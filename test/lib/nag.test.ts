import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT_NAMES, settingsOf } from '../../lib/settings/config.ts';
import { EACH_SOURCE } from '../helpers/each-source.ts';
import { environmentOf } from '../helpers/synthesised.ts';

/** Findings of AWS's own rules that are not acknowledged. */
const findingsOf = (scope: IConstruct): string[] =>
  new AwsSolutionsChecks(scope)
    .validateScope(scope)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${constructPath} ${ruleName}`),
    );

// All rules run on all resources, and the first run loads every rule's module.
describe('the rules of AwsSolutions', { timeout: 30_000 }, () => {
  it.each(ENVIRONMENT_NAMES)('find nothing unacknowledged in %s (K5)', (name) => {
    expect(findingsOf(environmentOf(name))).toEqual([]);
  });

  it('find nothing unacknowledged where deliveries have fixed addresses (K5, D2)', () => {
    const environment = environmentOf('prod', {
      account: '123456789012',
      homeRegion: 'us-east-1',
      staticEgress: { zones: { 'us-east-1': ['use1-az1', 'use1-az2'] } },
    });
    expect(findingsOf(environment)).toEqual([]);
  });

  it('find nothing unacknowledged where operators are told in every way (K5, D6)', () => {
    const guid = '01234567-89ab-cdef-0123-456789abcdef';
    const everywhere = {
      emails: ['operators@example.com'],
      urls: ['https://events.pager.example.com/integration'],
      chat: {
        slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' },
        teams: { tenantId: guid, teamId: guid, channelId: '19%3aab6ef%40thread.tacv2' },
      },
    };
    const environment = environmentOf('prod', {
      homeRegion: 'us-east-1',
      dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
      notify: { page: everywhere, ticket: everywhere },
      monitoring: { ...settingsOf('prod').monitoring, monthlyBudgetDollars: 100 },
    });
    expect(findingsOf(environment)).toEqual([]);
  });

  it('find nothing unacknowledged in further AWS regions (K5, D11)', () => {
    const dispatchRegions = [{ awsRegion: 'eu-central-1', serves: ['eu'] }];
    expect(
      findingsOf(
        environmentOf('prod', {
          homeRegion: 'us-east-1',
          dispatchRegions,
          staticEgress: { zones: { 'us-east-1': ['use1-az1'], 'eu-central-1': ['euc1-az1', 'euc1-az3'] } },
        }),
      ),
    ).toEqual([]);
  });

  it('find nothing unacknowledged where the console has a domain and a web ACL (K5)', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';
    const domain = { name: 'hooks.example.com', certificateArn };
    const console = { embedOrigins: [], domain, waf: { requestsPerFiveMinutes: 1000 } };
    expect(findingsOf(environmentOf('prod', { homeRegion: 'eu-central-1', console }))).toEqual([]);
  });

  it('find nothing unacknowledged where the API is reached through CloudFront alone (K5)', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';
    const domain = { name: 'hooks.example.com', certificateArn };
    const console = { embedOrigins: [], domain, waf: { requestsPerFiveMinutes: 1000 }, pages: false };
    const api = { onlyAt: 'cloudFront' as const };
    expect(findingsOf(environmentOf('prod', { homeRegion: 'eu-central-1', console, api }))).toEqual([]);
  });

  it('find nothing unacknowledged with what is there already, and backups (K5)', () => {
    const network = { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d'], addresses: ['203.0.113.7'] };
    const environment = environmentOf('prod', {
      account: '123456789012',
      homeRegion: 'us-east-1',
      encryptionKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/0a1b',
      staticEgress: { networks: { 'us-east-1': network } },
      backup: { keepDays: 90, tables: ['config', 'log', 'state'] },
    });
    expect(findingsOf(environment)).toEqual([]);
  });

  it('find nothing unacknowledged where functions are traced', () => {
    const staticEgress = { zones: { 'us-east-1': ['use1-az1'] } };
    const environment = environmentOf('prod', { homeRegion: 'us-east-1', staticEgress, tracing: 'active' });
    expect(findingsOf(environment)).toEqual([]);
  });

  it('find nothing unacknowledged in sources of each kind (K5, A8, B8)', () => {
    const dispatchRegions = [{ awsRegion: 'eu-central-1', serves: ['eu'] }];
    const environment = environmentOf('prod', {
      homeRegion: 'us-east-1',
      dispatchRegions,
      sources: EACH_SOURCE,
    });
    expect(findingsOf(environment)).toEqual([]);
  });

  it('find mistakes', () => {
    const environment = environmentOf('dev');
    const stack = new Stack(environment, 'careless');
    new CfnQueue(stack, 'Queue', { sqsManagedSseEnabled: false });
    new CfnBucket(stack, 'Bucket');
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:*'], resources: ['*'] }));
    expect(findingsOf(environment)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/careless\/Queue AwsSolutions-SQS/),
        expect.stringMatching(/careless\/Bucket AwsSolutions-S/),
        expect.stringMatching(/careless\/Role\/.* AwsSolutions-IAM5/),
      ]),
    );
  });
});
