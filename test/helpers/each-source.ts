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
};
