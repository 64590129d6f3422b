import { createHmac } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { sign } from '@octokit/webhooks-methods';
import { ulid } from 'ulid';
import { beforeEach, describe, expect, it } from 'vitest';
import { addressKey, configKey, tenantKey } from '../../../lambdas/config/config-keys.ts';
import type { Subscription } from '../../../lambdas/config/entities.ts';
import { inlineBytes } from '../../../lambdas/events/payload.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import type { Tenant } from '../../../lambdas/tenants/tenant.ts';
import { createMeter } from '../../../local/core/meter.ts';
import { eventTypeOf, targetOf, tenantOf } from '../../builders/entities.ts';
import type { HttpAnswer } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startHeldCloud } from '../../helpers/held-events.ts';

const meter = createMeter();
const cloud = await startHeldCloud({ meter });

beforeEach(async () => {
  await cloud.heldMessages();
});

const SECRET = 'a secret that both sides know';
const BODY = '{ "order": 4711, "total": 19.90 }';
const at = '2026-11-21T00:00:00Z';
const times = { createdAt: at, updatedAt: at, revision: 1 };

const put = (Item: object) =>
  cloud.dynamo.send(new PutCommand({ TableName: cloud.resource('Config').physicalId, Item: { ...Item } }));

interface Given {
  readonly subscription?: Partial<Subscription>;
  readonly target?: Partial<Target>;
  readonly tenant?: Partial<Tenant>;
}

/** A subscription as it is stored, in a tenant of its own. */
async function subscribed({ subscription, target, tenant }: Given = {}) {
  const [id, targetId, tenantId] = [`sub_${ulid()}`, `tgt_${ulid()}`, `ten_${ulid()}`];
  await put({
    ...configKey(tenantId, 'target', targetId),
    ...targetOf({
      id: targetId,
      url: 'https://example.com',
      signature: 'sha256',
      secrets: [{ value: SECRET, createdAt: at }],
      ...target,
    }),
  });
  await put({
    ...configKey(tenantId, 'subscription', id),
    ...{ id, targetId, filterId: `flt_${ulid()}`, active: true, ...times, ...subscription },
  });
  await put({ ...addressKey(id), tenant: tenantId });
  await put({ ...tenantKey(tenantId), ...tenantOf({ id: tenantId, ...tenant }) });
  return { id, tenantId, targetId };
}

interface Sent {
  readonly body?: string | Uint8Array;
  readonly query?: string;
  readonly signature?: string | undefined;
  readonly secret?: string;
  readonly headers?: Record<string, string>;
}

/** Posts as an outside sender does: without a key, signed by GitHub's own library. */
async function send(id: string, sent: Sent = {}): Promise<HttpAnswer> {
  const { body = BODY, query = '?event_type=order.created', secret = SECRET, headers } = sent;
  const signature = 'signature' in sent ? sent.signature : await sign(secret, body.toString());
  return cloud.request('POST', `/v1/subscriptions/${id}/ingest${query}`, body, {
    authorization: undefined,
    'x-hub-signature-256': signature,
    ...headers,
  });
}

const refusal = (status: number, error: string, field?: string) => ({
  status,
  body: { error, message: expect.any(String), ...(field && { field }), timestamp: expect.any(String) },
});

describe('an event addressed to a subscription (C2)', () => {
  it('is accepted by its signature, as it is, for that subscription alone', async () => {
    const { id, tenantId } = await subscribed();
    const answer = await send(id, { headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(answer).toEqual({ status: 202, body: { id: expect.stringMatching(/^evt_/) } });
    expect(await cloud.heldMessages()).toEqual([
      {
        v: 1,
        kind: 'events',
        tenant: tenantId,
        events: [
          {
            id: (answer.body as { id: string }).id,
            ulid: expect.any(String),
            type: 'order.created',
            contentType: 'application/json; charset=utf-8',
            payload: { kind: 'text', text: BODY },
            only: id,
          },
        ],
      },
    ]);
  });

  it('is accepted while that is paused', async () => {
    const { id } = await subscribed({ subscription: { active: false } });
    expect(await send(id)).toMatchObject({ status: 202 });
    expect(await cloud.heldEvents()).toMatchObject([{ only: id }]);
  });

  it.each(['application/x-www-form-urlencoded', 'application/octet-stream', 'text/plain'])(
    'may be anything: %s (B6)',
    async (type) => {
      const { id } = await subscribed();
      const body = 'payload=%7B%22a%22%3A1.10%7D&é=😀';
      expect(await send(id, { body, headers: { 'content-type': type } })).toMatchObject({ status: 202 });
      const [event] = await cloud.heldEvents();
      expect(event).toMatchObject({ contentType: type });
      expect(inlineBytes(event!.payload as never).toString()).toBe(body);
    },
  );

  it('may be signed with any secret that is still valid', async () => {
    const hour = 3600_000;
    const { id } = await subscribed({
      target: {
        signature: 'standard',
        secrets: [
          { value: 'whsec_newest', createdAt: at },
          { value: 'whsec_replaced', createdAt: at, expiresAt: new Date(Date.now() + hour).toISOString() },
          { value: 'whsec_expired', createdAt: at, expiresAt: new Date(Date.now() - hour).toISOString() },
        ],
      },
    });
    expect(await send(id, { secret: 'whsec_newest' })).toMatchObject({ status: 202 });
    expect(await send(id, { secret: 'whsec_replaced' })).toMatchObject({ status: 202 });
    expect(await send(id, { secret: 'whsec_expired' })).toEqual(refusal(401, 'invalid_signature'));
  });

  it("keeps to its tenant's settings", async () => {
    const { id } = await subscribed({ tenant: { logRetentionHours: 2, limits: { payloadBytes: 40 } } });
    expect(await send(id)).toMatchObject({ status: 202 });
    expect(await cloud.heldEvents()).toMatchObject([{ keepSeconds: 7200 }]);
    expect(await send(id, { body: 'x'.repeat(41) })).toEqual(refusal(413, 'payload_too_large'));
  });

  it("is checked against its type's schema where the tenant asks for it (E13)", async () => {
    const { id, tenantId } = await subscribed({ tenant: { schemaCheck: 'enforce' } });
    const schema = JSON.stringify({ properties: { total: { maximum: 10 } } });
    await put({
      ...configKey(tenantId, 'type', 'order.created'),
      ...eventTypeOf({ id: 'order.created', schema }),
    });
    expect(await send(id)).toEqual(refusal(422, 'schema_mismatch', 'data.total'));
    expect(await send(id, { body: '{"total":1}' })).toMatchObject({ status: 202 });
  });

  it('has the same id when it is sent again with its idempotency key, and another elsewhere (B7)', async () => {
    const [a, b] = [await subscribed(), await subscribed()];
    const headers = { 'idempotency-key': '1' };
    const first = await send(a.id, { headers });
    expect(first.body).toEqual({ id: expect.stringMatching(/^ik_[0-9a-f]{32}$/) });
    expect(await send(a.id, { headers })).toEqual(first);
    expect(await send(b.id, { headers })).not.toEqual(first);
  });
});

describe('a cached subscription', () => {
  const later = async (check: () => Promise<HttpAnswer>, status: number): Promise<void> => {
    // It is read at most once a second, so that guessing costs no reads.
    await eventually(async () => expect(await check()).toMatchObject({ status }), { timeout: 3000 });
  };

  it('is read again before a new secret is refused (C2)', async () => {
    const { id, tenantId, targetId } = await subscribed();
    expect(await send(id)).toMatchObject({ status: 202 });
    await put({
      ...configKey(tenantId, 'target', targetId),
      ...targetOf({
        id: targetId,
        url: 'https://example.com',
        signature: 'sha256',
        secrets: [{ value: 'another secret', createdAt: at }],
      }),
    });
    await later(() => send(id, { secret: 'another secret' }), 202);
    expect(await send(id)).toEqual(refusal(401, 'invalid_signature'));
  });
});

describe('without the right signature an addressed event gets one answer, whatever is wrong (C2)', async () => {
  const right = await sign(SECRET, BODY);

  it.each<[string, Given, Sent]>([
    ['no signature', {}, { signature: undefined }],
    ['an empty one', {}, { signature: '' }],
    ['another', {}, { signature: right.replace(/.$/, (c) => (c === '0' ? '1' : '0')) }],
    ['part of it', {}, { signature: right.slice(0, -1) }],
    ['without its prefix', {}, { signature: right.slice(7) }],
    ['of another scheme', {}, { signature: right.replace('sha256', 'sha1') }],
    ['of another body', {}, { signature: right, body: `${BODY} ` }],
    ['by another secret', {}, { secret: 'guessed' }],
    ['by no secret', { target: { secrets: [] } }, { secret: 'no-secret' }],
    ['by half of a pair', { target: { signature: 'ed25519' } }, {}],
    ['of a tenant that is being deleted', { tenant: { deletedAt: at } }, {}],
    ['of a paused subscription', { subscription: { active: false } }, { secret: 'guessed' }],
    ['and no type', {}, { secret: 'guessed', query: '' }],
  ])('%s', async (_, given, sent) => {
    const { id } = await subscribed(given);
    expect(await send(id, sent)).toEqual(refusal(401, 'invalid_signature'));
  });

  it.each([
    'sub_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'sub_',
    'anything',
    'tenant%23x',
    '%F0%9F%98%80',
    'x'.repeat(500),
  ])('no such subscription: %.40s', async (id) => {
    for (const sent of [{}, { secret: 'no-secret' }, { signature: undefined }]) {
      expect(await send(id, sent)).toEqual(refusal(401, 'invalid_signature'));
    }
  });
});

describe('without the secret a sender can not find out whether a subscription exists', () => {
  /** Sends with a wrong signature. @returns everything visible of the answer, and the reads for it */
  async function refusedSeeing(id: string) {
    meter.reset();
    const response = await fetch(`${cloud.apiUrl}/v1/subscriptions/${id}/ingest?event_type=a`, {
      method: 'POST',
      body: BODY,
      headers: { 'x-hub-signature-256': await sign('guessed', BODY) },
    });
    const headers = [...response.headers].filter(([name]) => !['date', 'apigw-requestid'].includes(name));
    const text = (await response.text()).replace(/"timestamp":"[^"]*"/, '');
    const made = meter.snapshot().filter(({ caller }) => caller === 'Ingest');
    const calls = made.flatMap(({ service, operation, requests }) =>
      service === 'dynamodb' ? { operation, requests } : [],
    );
    return { status: response.status, headers, text, calls };
  }
  const reads = (requests: number) => (requests > 0 ? [{ operation: 'GetItem', requests }] : []);

  it.each<[string, () => Promise<{ id: string }>]>([
    ['there is none', async () => ({ id: `sub_${ulid()}` })],
    ['there is one', subscribed],
    ['with more secrets', () => subscribed({ target: { secrets: threeSecrets() } })],
    ['with half of a pair', () => subscribed({ target: { signature: 'ed25519' } })],
    ['paused', () => subscribed({ subscription: { active: false } })],
    ['of a tenant that is being deleted', () => subscribed({ tenant: { deletedAt: at } })],
    ['without its target', () => subscribed({ subscription: { targetId: `tgt_${ulid()}` } })],
    [
      'in use',
      async () => {
        const { id } = await subscribed();
        expect(await send(id)).toMatchObject({ status: 202 });
        return { id };
      },
    ],
  ])('%s: the same answer after the same reads', async (_, make) => {
    const { id } = await make();
    const none = await refusedSeeing('sub_01ARZ3NDEKTSV4RRFFQ69G5FAV');
    const first = await refusedSeeing(id);
    const second = await refusedSeeing(id);
    expect(first).toEqual({ ...none, calls: reads(4) });
    expect(second).toEqual({ ...none, calls: expect.any(Array) });
    // It is read again only after a second.
    expect([reads(0), reads(4)]).toContainEqual(second.calls);
  });

  const threeSecrets = () =>
    ['one', 'two', 'three'].map((value) => ({ value: `${value} of the secrets`, createdAt: at }));
});

describe('with the right signature the answer names what is wrong (C2, D8)', () => {
  it.each<[string, string, string]>([
    ['no type', '', 'event_type'],
    ['a wrong type', '?event_type=a..b', 'event_type'],
    ['two types', '?event_type=a&event_type=b', 'event_type'],
    ['an unknown parameter', '?event_type=a&more=1', 'more'],
  ])('%s', async (_, query, field) => {
    const { id } = await subscribed();
    expect(await send(id, { query })).toEqual(refusal(422, 'validation_failed', field));
  });

  it('a body that would not arrive as it was sent (B6)', async () => {
    const { id } = await subscribed();
    const headers = { 'content-encoding': 'gzip' };
    expect(await send(id, { headers })).toEqual(refusal(415, 'unsupported_media_type'));
  });

  it('a body that may have been changed in transit, unless its signature proves that it was not (B6)', async () => {
    const { id } = await subscribed();
    const headers = { 'content-type': 'text/plain' };
    const cut = Buffer.from('61f09f98', 'hex');
    const signed = `sha256=${createHmac('sha256', SECRET).update(cut).digest('hex')}`;
    const changed = refusal(415, 'unsupported_media_type');
    expect(await send(id, { body: cut, headers, signature: signed })).toEqual(changed);
    expect(await send(`sub_${ulid()}`, { body: cut, headers, signature: signed })).toEqual(changed);
    expect(await send(id, { body: 'a\ufffd', headers, secret: 'another' })).toEqual(changed);
    expect(await cloud.heldEvents()).toEqual([]);
    expect(await send(id, { body: 'a\ufffd', headers })).toMatchObject({ status: 202 });
    expect(await cloud.heldEvents()).toMatchObject([{ payload: { kind: 'text', text: 'a\ufffd' } }]);
  });

  it('a wrong idempotency key', async () => {
    const { id } = await subscribed();
    const headers = { 'idempotency-key': 'x'.repeat(256) };
    expect(await send(id, { headers })).toEqual(refusal(422, 'validation_failed', 'Idempotency-Key'));
  });
});
