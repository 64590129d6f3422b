import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Template } from '../../../local/template/template.ts';
import {
  type Edit,
  edits,
  forgotten,
  impatient,
  shortCaches,
  withoutWindows,
} from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { putEvents } from '../../helpers/event-calls.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { makeTenant, putItem } from '../../helpers/tenant.ts';

/** Has the records of both sources name their tenants. */
const tenantsInRecords: Edit = (_, template: Template) => {
  for (const { Properties } of Object.values(template.Resources)) {
    const variables = (Properties?.Environment as { Variables?: Record<string, string> } | undefined)
      ?.Variables;
    if (!variables?.SOURCE) continue;
    const source = JSON.parse(variables.SOURCE) as { kind: string };
    const where = source.kind === 'sqs' ? { attribute: 'tenant' } : { path: 'detail.tenant' };
    variables.SOURCE = JSON.stringify({ ...source, tenant: { ...where, of: 'any' } });
  }
};

const cloud = await startCloud({ edit: edits(withoutWindows, shortCaches, impatient(5), tenantsInRecords) });
const queueUrl = cloud.resource('SqsOrdersQueue').physicalId;
const unique = (() => {
  let count = 0;
  return (text: string) => `${text}-${++count}`;
})();

const send = (attributes: Readonly<Record<string, string>>, MessageBody: string) =>
  cloud.sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    }),
  );

/** A tenant with an endpoint that gets all its events. */
async function subscriber(more = {}) {
  const tenant = await makeTenant(cloud, ['manage', 'publish'], more);
  const endpoint = await startEndpoint();
  await tenant.api.subscribe({ url: endpoint.url, events: ['**'] });
  return { tenant, arrivals: endpoint.arrivals };
}

interface Kept {
  readonly from: string;
  readonly id: string;
  readonly problem: string;
  readonly tenant?: string;
  readonly body?: string;
  readonly stored?: { readonly key: string; readonly bytes: number };
}

const kept: Kept[] = [];
/** Waits for the record with this id in quarantine. */
const quarantined = (id: string): Promise<Kept> =>
  eventually(async () => {
    const { Messages = [] } = await cloud.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: cloud.resource('Quarantine').physicalId,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 600,
      }),
    );
    kept.push(...Messages.map(({ Body }) => JSON.parse(Body!) as Kept));
    const found = kept.find((one) => one.id === id);
    expect(found).toBeDefined();
    return found!;
  });

describe('a queue that other systems send to (A8)', () => {
  it('delivers each message once to its tenant’s endpoint, as it was sent', async () => {
    const { tenant, arrivals } = await subscriber();
    const other = await subscriber();
    const id = unique('order');
    const body = '{ "price": 1.10, "text": "größer" }';
    const attributes = { tenant: tenant.id, 'posthorn-event-type': 'order.created', 'posthorn-event-id': id };
    await send(attributes, body);
    await send(attributes, body);
    const last = await send({ tenant: tenant.id, 'posthorn-event-type': 'order.last' }, '{}');
    await eventually(() => expect(arrivals.length).toBeGreaterThan(1));
    await cloud.settled();
    expect(arrivals.map(({ headers }) => headers['webhook-id']).sort()).toHaveLength(2);
    const first = arrivals.find(({ body: got }) => got.toString() === body)!;
    expect(first.headers['content-type']).toBe('application/json');
    expect(await tenant.api.call('GET', `/v1/events/${id}`)).toMatchObject({ id, type: 'order.created' });
    expect(await tenant.api.call('GET', `/v1/events/${last.MessageId}`)).toMatchObject({
      type: 'order.last',
    });
    expect(other.arrivals).toEqual([]);
  });

  it('keeps what can’t be an event in quarantine, and goes on', async () => {
    const { tenant, arrivals } = await subscriber();
    const bad = await send({ tenant: tenant.id }, 'no json');
    const nobody = await send({ tenant: 'ten_00000000000000000000000001', 'posthorn-event-type': 'a' }, '{}');
    await send({ tenant: tenant.id, 'posthorn-event-type': 'good' }, '{}');
    await eventually(() => expect(arrivals).toHaveLength(1));
    expect(await quarantined(bad.MessageId!)).toEqual({
      from: 'sqs/orders',
      id: bad.MessageId,
      problem: 'attribute posthorn-event-type: expected this field, which is missing',
      tenant: tenant.id,
      body: expect.stringContaining('no json'),
    });
    expect((await quarantined(nobody.MessageId!)).problem).toMatch(
      /^tenant: expected a tenant that there is/,
    );
    expect(cloud.warnings('record quarantined').map(({ record }) => record)).toContain(bad.MessageId);
  });

  it('holds payloads against their tenant’s limit, and keeps large ones in the bucket', async () => {
    const { tenant, arrivals } = await subscriber({ limits: { payloadBytes: 600_000 } });
    const large = JSON.stringify('x'.repeat(500_000));
    await send({ tenant: tenant.id, 'posthorn-event-type': 'large' }, large);
    const tooLarge = JSON.stringify('y'.repeat(700_000));
    const { MessageId } = await send({ tenant: tenant.id, 'posthorn-event-type': 'large' }, tooLarge);
    await eventually(() => expect(arrivals.map(({ body }) => body.length)).toEqual([large.length]));
    const { problem, stored } = await quarantined(MessageId!);
    expect(problem).toBe('body: expected a payload of at most 600000 bytes, got 700002');
    expect(stored!.bytes).toBeGreaterThan(700_000);
    expect(stored!.key).toContain(`payloads/${tenant.id}/quarantine-`);
  });

  it('takes no events for a tenant that is being deleted', async () => {
    const { tenant } = await subscriber();
    await send({ tenant: tenant.id, 'posthorn-event-type': 'before' }, '{}');
    await putItem(cloud, 'Config', {
      pk: 'tenants',
      sk: tenant.id,
      ...{ id: tenant.id, name: 'gone', schemaCheck: 'off', revision: 2 },
      ...{ createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' },
      deletedAt: '2026-01-01T00:00:00Z',
    });
    await forgotten();
    const { MessageId } = await send({ tenant: tenant.id, 'posthorn-event-type': 'after' }, '{}');
    expect((await quarantined(MessageId!)).problem).toContain('is not being deleted');
  });

  it('loses nothing while a part of AWS fails', async () => {
    const { tenant, arrivals } = await subscriber();
    const calm = cloud.disturb('dynamodb', { kinds: ['internal'] });
    const sent = Array.from({ length: 12 }, () => unique('stormy'));
    for (const id of sent)
      await send({ tenant: tenant.id, 'posthorn-event-type': 'storm', 'posthorn-event-id': id }, '{}');
    await eventually(() => expect(cloud.warnings('source failed')).not.toEqual([]));
    calm();
    await eventually(() => expect(arrivals.length).toBeGreaterThanOrEqual(sent.length), { timeout: 40_000 });
    const ids = new Set(arrivals.map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(sent.length);
  });
});

describe('a bus of EventBridge (A8)', () => {
  it('delivers the detail of an event once to its tenant’s endpoint', async () => {
    const { tenant, arrivals } = await subscriber();
    const detail = { tenant: tenant.id, n: 1 };
    const { body } = await putEvents(cloud, [
      { Source: 'shop.eu', DetailType: 'Order Created', Detail: JSON.stringify(detail) },
      { Source: 'elsewhere', DetailType: 'Order Created', Detail: JSON.stringify(detail) },
    ]);
    await eventually(() => expect(arrivals).toHaveLength(1));
    expect(JSON.parse(arrivals[0]!.body.toString())).toEqual(detail);
    const [{ EventId } = {}] = body.Entries!;
    expect(await tenant.api.call('GET', `/v1/events/${EventId}`)).toMatchObject({
      id: EventId,
      type: 'order-created',
      source: 'shop.eu',
    });
    // As when EventBridge hands it over twice.
    const envelope = {
      ...{ version: '0', id: EventId, source: 'shop.eu', 'detail-type': 'Order Created' },
      detail,
    };
    const again = { QueueUrl: cloud.resource('EventBridgeShopQueue').physicalId };
    await cloud.sqs.send(new SendMessageCommand({ ...again, MessageBody: JSON.stringify(envelope) }));
    await putEvents(cloud, [{ Source: 'shop', DetailType: 'Last', Detail: JSON.stringify(detail) }]);
    await eventually(() => expect(arrivals.length).toBeGreaterThan(1));
    await cloud.settled();
    expect(arrivals).toHaveLength(2);
  });

  it('keeps what can’t be an event in quarantine', async () => {
    const { body } = await putEvents(cloud, [{ Source: 'shop', DetailType: 'Order', Detail: '{}' }]);
    const found = await quarantined(body.Entries![0]!.EventId!);
    expect(found).toMatchObject({
      from: 'eventbridge/shop',
      problem: 'detail.tenant: expected this field, which is missing',
      body: expect.stringContaining('"detail-type":"Order"'),
    });
  });
});
