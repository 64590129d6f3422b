import { describe, expect, it } from 'vitest';
import type { DryRunOutcome } from '../../../lambdas/api/dry-run.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { itemsAbout } from '../../helpers/tenant.ts';

const cloud = await sharedCloud();
const { api } = cloud;
const endpoint = await startEndpoint();

interface Made {
  readonly id: string;
  readonly [member: string]: unknown;
}

const dryRun = async (...calls: { operation: string; id?: string; body: unknown }[]) => {
  const { items } = await api.call<{ items: DryRunOutcome[] }>('POST', '/v1/dry-run', { calls });
  return items;
};

/** Everything in all tables that is of this tenant. */
async function items(): Promise<string[]> {
  const all = await Promise.all(
    (['Config', 'Log', 'State'] as const).map((table) => itemsAbout(cloud, table, cloud.tenant)),
  );
  return all.flatMap((found) => found.map((item) => JSON.stringify(item))).sort();
}

const settings = {
  url: endpoint.url,
  headers: { 'x-team': 'orders' },
  secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
};
const target = await api.call<Made>('POST', '/v1/targets', settings);
const filter = await api.call<Made>('POST', '/v1/filters', { events: ['order.**'] });
const subscription = await api.call<Made>('POST', '/v1/subscriptions', {
  url: endpoint.url,
  events: ['a.b'],
});
const bound = await api.call<Made>('POST', '/v1/subscriptions', {
  targetId: target.id,
  filterId: filter.id,
});
await api.call('PUT', '/v1/event-types/order.made', { description: 'made', metadata: { team: 'orders' } });

describe('a dry run', () => {
  it('says what would change, and writes nothing', async () => {
    const before = await items();
    const outcomes = await dryRun(
      { operation: 'putTarget', id: target.id, body: { ...settings, timeoutSeconds: 5 } },
      { operation: 'putTarget', id: target.id, body: settings },
      {
        operation: 'putTarget',
        id: target.id,
        body: { ...settings, headers: { 'x-team': 'hr' }, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
      },
      { operation: 'putFilter', id: filter.id, body: { events: ['order.made'] } },
      {
        operation: 'putSubscription',
        id: subscription.id,
        body: { url: endpoint.url, events: ['a.b', 'c.d'] },
      },
      {
        operation: 'putSubscription',
        id: subscription.id,
        body: { targetId: target.id, filterId: filter.id },
      },
      {
        operation: 'putSubscription',
        id: bound.id,
        body: { target: { url: endpoint.url, challengeRequired: true }, filterId: filter.id },
      },
      { operation: 'putEventType', id: 'order.made', body: { description: 'placed' } },
      { operation: 'putEventType', id: 'order.gone', body: {} },
      { operation: 'createTarget', body: { url: endpoint.url, challengeRequired: true, active: false } },
      { operation: 'createFilter', body: { events: ['*'] } },
      { operation: 'createSubscription', body: { url: endpoint.url, events: ['a.b'] } },
    );
    const told = outcomes.map(({ etag, entities }) => [
      etag,
      entities?.map(({ kind, action, fields = [] }) => [kind, action, fields.map(({ field }) => field)]),
    ]);
    expect(told).toEqual([
      ['"1"', [['target', 'changed', ['timeoutSeconds']]]],
      ['"1"', []],
      ['"1"', [['target', 'changed', ['headers.x-team', 'secret']]]],
      ['"1"', [['filter', 'changed', ['events']]]],
      ['"1.1.1"', [['filter', 'changed', ['events']]]],
      [
        '"1.1.1"',
        expect.arrayContaining([
          ['subscription', 'changed', ['targetId', 'filterId']],
          ['target', 'removed', expect.anything()],
          ['filter', 'removed', expect.anything()],
        ]),
      ],
      [
        '"1.1.1"',
        expect.arrayContaining([
          ['target', 'created', expect.arrayContaining(['url', 'secret'])],
          ['subscription', 'changed', ['targetId']],
        ]),
      ],
      ['"1"', [['event-type', 'changed', ['description', 'metadata']]]],
      [undefined, [['event-type', 'created', ['version', 'deprecated']]]],
      [undefined, [['target', 'created', expect.arrayContaining(['url', 'active', 'challenge'])]]],
      [undefined, [['filter', 'created', ['events', 'active']]]],
      [undefined, expect.toSatisfy((entities: unknown[]) => entities.length === 3)],
    ]);
    expect(JSON.stringify(outcomes)).not.toMatch(/whsec_|"hr"/);
    expect(await items()).toEqual(before);
    expect(endpoint.arrivals).toEqual([]);
  });

  it('says what a call would be refused for, and tries the others', async () => {
    const outcomes = await dryRun(
      { operation: 'createTarget', body: { url: 'ftp://example.com', timeoutSeconds: 90 } },
      { operation: 'putFilter', id: 'flt_00000000000000000000000000', body: { events: ['a'] } },
      { operation: 'createSubscription', body: { targetId: target.id } },
      { operation: 'createFilter', body: { events: ['a'] } },
    );
    expect(outcomes).toMatchObject([
      { error: 'validation_failed', problems: [{ field: 'url' }, { field: 'timeoutSeconds' }] },
      { error: 'not_found', message: 'no such filter' },
      { error: 'validation_failed', field: 'filterId' },
      { entities: [{ kind: 'filter', action: 'created' }] },
    ]);
  });

  it('asks for the id of what is replaced, and for one call at least', async () => {
    const body = { events: ['a'] };
    for (const [calls, field] of [
      [[{ operation: 'putFilter', body }], 'calls[0].id'],
      [[{ operation: 'createFilter', id: filter.id, body }], 'calls[0].id'],
      [[{ operation: 'deleteFilter', id: filter.id }], 'calls[0].operation'],
      [[], 'calls'],
    ] as const) {
      expect(await cloud.request('POST', '/v1/dry-run', { calls })).toMatchObject({
        status: 422,
        body: { field },
      });
    }
  });

  it('shows a target and a filter with the subscription that they were made with', async () => {
    const { targetId, filterId } = subscription as Made & { targetId: string; filterId: string };
    const made = { subscriptionId: subscription.id };
    expect(await api.call('GET', `/v1/targets/${targetId}`)).toMatchObject(made);
    expect(await api.call('GET', `/v1/filters/${filterId}`)).toMatchObject(made);
    expect(await api.call('GET', `/v1/targets/${target.id}`)).not.toHaveProperty('subscriptionId');
  });
});
