import { describe, expect, it } from 'vitest';
import { isOwnLogGroup } from '../../lambdas/sources/logs/logs-source.ts';
import { FIRST_TENANT } from '../../lambdas/tenants/tenant-defaults.ts';
import type { SourcesSettings } from '../../lib/settings/sources/sources.ts';
import { EACH_SOURCE } from '../helpers/each-source.ts';
import { environmentOf, resourcesOf } from '../helpers/synthesised.ts';

type LogsSettings = NonNullable<SourcesSettings['logs']>[number];

const SHOP: LogsSettings = { name: 'shop', tenant: FIRST_TENANT, logGroups: ['/shop/app'] };
const prodWith = (...logs: LogsSettings[]) => environmentOf('prod', { sources: { logs } });

describe('settings of logs (A8)', () => {
  it.each<[string, Partial<LogsSettings>, string]>([
    ['an ARN', { logGroups: ['arn:aws:logs:us-east-1:1:log-group:x'] }, 'expected the name of a log group'],
    ['no log group', { logGroups: [] }, 'logGroups'],
    ['a log group twice', { logGroups: ['/a', '/a'] }, 'expected each log group once'],
    ['a pattern that is none', { filterPattern: '{ $.level = "error"' }, 'expected one pair of braces'],
    ['a level in capitals', { level: 'INFO' }, 'expected a level in lower case'],
    ['a tenant that is none', { tenant: 'shop' }, 'expected the id of a tenant'],
    ['a group without a tenant', { tenant: { byLogGroup: {} } }, 'expected a tenant for /shop/app'],
    [
      'a tenant for another group',
      { tenant: { byLogGroup: { '/shop/app': FIRST_TENANT, '/x': FIRST_TENANT } } },
      'got /x',
    ],
    [
      'too many groups for a policy',
      { logGroups: Array.from({ length: 40 }, (_, i) => `${'x'.repeat(200)}${i}`) },
      'may have 20 KB',
    ],
  ])('refuse %s', (_, more, message) => {
    expect(() => prodWith({ ...SHOP, ...more })).toThrow(message);
  });

  it('refuse a third filter on a log group', () => {
    const three = ['a', 'b', 'c'].map((name) => ({ ...SHOP, name }));
    expect(() => prodWith(...three)).toThrow('expected /shop/app in at most 2 sources');
    expect(() => prodWith(...three.slice(1))).not.toThrow();
  });

  it.each([
    '/aws/vendedlogs/posthorn-prod/api',
    '/aws/lambda/posthorn-prod-sources-LogsShopFunction1234-abc',
    'posthorn-prod-pipeline-FanoutLogs1234-abc',
    'posthorn-prod-sources-LogsShopLogs1234-abc',
  ])('refuse what the environment itself writes: %s', (group) => {
    expect(() => prodWith({ ...SHOP, logGroups: [group] })).toThrow(
      `what handles lines of ${group} writes to it`,
    );
  });

  it('know every log group of the environment', () => {
    const { storage, pipeline, api, sources, console, monitoring } = environmentOf('prod', {
      sources: EACH_SOURCE,
    });
    const stacks = [storage, pipeline, api, sources!, ...(console ? [console] : []), ...monitoring];
    const names = stacks.flatMap((stack) =>
      resourcesOf(stack)
        .filter(({ type }) => type === 'AWS::Logs::LogGroup')
        // CloudFormation's names begin with the stack's.
        .map(({ id, properties }) => properties.LogGroupName ?? `${stack.stackName}-${id}-abc`),
    );
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect(isOwnLogGroup('prod', name)).toBe(true);
  });

  it('take groups of others, whatever they are called', () => {
    for (const group of ['/aws/lambda/posthorn-staging-api', 'posthorn', '/shop/posthorn-products'])
      expect(isOwnLogGroup('prod', group)).toBe(false);
  });
});

describe('the template of logs (A8)', () => {
  const parts = resourcesOf(environmentOf('prod', { sources: EACH_SOURCE }).sources!);
  const ofType = (wanted: string) => parts.filter(({ type }) => type === wanted);
  const logs = ofType('AWS::Lambda::Function').find(({ id }) => id.startsWith('LogsShopFunction'))!;

  it('makes a filter on each log group after the permission that it needs', () => {
    const filters = ofType('AWS::Logs::SubscriptionFilter');
    expect(filters.map(({ properties }) => properties)).toMatchObject([
      { LogGroupName: '/shop/app', FilterName: 'posthorn-prod-shop', FilterPattern: '{ $.level = "error" }' },
      { LogGroupName: '/aws/lambda/shop-payments' },
    ]);
    const permissions = ofType('AWS::Lambda::Permission').filter(
      ({ properties }) => properties.Principal === 'logs.amazonaws.com',
    );
    expect(permissions).toHaveLength(2);
    for (const { properties } of permissions) {
      expect(properties.SourceAccount).toEqual({ Ref: 'AWS::AccountId' });
      expect(JSON.stringify(properties.SourceArn)).toMatch(/:log-group:\/[\w/-]+:\*"/);
    }
    const dependencies = filters.map(({ dependsOn }) => dependsOn);
    expect(dependencies).toEqual(permissions.map(({ id }) => [id]));
  });

  it('repeats what the function fails on, and loses nothing of it', () => {
    const [config] = ofType('AWS::Lambda::EventInvokeConfig');
    const again = ofType('AWS::SQS::Queue').find(({ id }) => id.startsWith('LogsShopAgain'))!;
    expect(config!.properties).toMatchObject({
      FunctionName: { Ref: logs.id },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [again.id, 'Arn'] } } },
    });
    const { VisibilityTimeout, RedrivePolicy } = again.properties;
    expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBe(24 * 3600);
    expect(logs.properties.RecursiveLoop).toBe('Allow');
  });

  it('keeps the concurrency that the settings ask for', () => {
    expect(logs.properties.ReservedConcurrentExecutions).toBe(5);
  });
});
