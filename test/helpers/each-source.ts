import { FIRST_TENANT } from '../../lambdas/tenants/tenant-defaults.ts';
import type { SourcesSettings } from '../../lib/settings/sources/sources.ts';

/** A source of each kind, with all that its settings can ask for. */
export const EACH_SOURCE: SourcesSettings = {
  logs: [
    {
      name: 'shop',
      tenant: { path: 'tenant', of: [FIRST_TENANT], otherwise: FIRST_TENANT },
      logGroups: ['/shop/app', '/aws/lambda/shop-payments'],
      filterPattern: '{ $.level = "error" }',
      level: 'notice',
      platformLines: true,
      concurrency: 5,
    },
  ],
  sqs: [
    {
      name: 'orders',
      tenant: { attribute: 'tenant', of: [FIRST_TENANT] },
      queueName: 'orders-of-the-shop',
      producers: ['111111111111', 'arn:aws:iam::222222222222:role/shop'],
      defaults: { type: 'order.created', priority: 'low' },
      concurrency: 5,
    },
  ],
  eventBridge: [
    {
      name: 'shop-events',
      tenant: { path: 'detail.tenant', of: 'any' },
      bus: 'arn:aws:events:us-east-1:111111111111:event-bus/shop',
      pattern: { source: ['shop'], detail: { state: ['paid'] } },
      typePrefix: 'shop',
      payload: 'envelope',
      priority: 'low',
      region: 'eu',
      concurrency: 5,
    },
    { name: 'everything', tenant: FIRST_TENANT, pattern: { account: ['111111111111'] }, type: 'of.bus' },
  ],
  kafka: [
    {
      name: 'shop',
      tenant: { header: 'tenant', of: [FIRST_TENANT] },
      cluster: {
        mskArn: 'arn:aws:kafka:us-east-1:123456789012:cluster/shop/0a1b2c3d-0000-0000-0000-000000000000-5',
      },
      authentication: { kind: 'iam' },
      topics: ['shop.events', 'shop.returns'],
      startingPosition: { since: '2026-11-28T00:00:00Z' },
      batchSize: 500,
      windowSeconds: 1,
      pollers: { min: 1, max: 2 },
      concurrency: 5,
      lagAlarm: 1000,
      onFailureBucketArn: 'arn:aws:s3:::given-up',
      records: { form: 'envelope', payloadText: true },
      registry: { kind: 'glue', registryArn: 'arn:aws:glue:us-east-1:123456789012:registry/shop' },
      idPrefix: 'eu.',
    },
    {
      name: 'warehouse',
      tenant: FIRST_TENANT,
      cluster: {
        bootstrapServers: ['b1.example.com:9096', 'b2.example.com:9096'],
        subnets: ['subnet-0a'],
        securityGroups: ['sg-0a'],
      },
      authentication: {
        kind: 'scram-512',
        secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:kafka-AbCdEf',
        keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-0000-0000-000000000000',
      },
      topics: ['stock'],
      consumerGroupId: 'warehouse',
      startingPosition: 'LATEST',
      records: { form: 'payload', type: { header: 'event-type' }, contentType: 'text/plain' },
      registry: {
        kind: 'confluent',
        url: 'https://registry.example.com',
        authentication: {
          secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf',
        },
      },
    },
  ],
};
