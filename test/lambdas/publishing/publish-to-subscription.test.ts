import { describe, expect, it } from 'vitest';
import type { Subscription } from '../../../lambdas/config/entities.ts';
import { UnreadableItemError } from '../../../lambdas/platform/items.ts';
import { sha256Signature } from '../../../lambdas/targets/signature-schemes/shared-secret.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import type { TenantInUse } from '../../../lambdas/tenants/tenant-defaults.ts';
import { failOnce } from '../../builders/faults.ts';
import { inMemoryIngest, NOW, requestOf, type Sent, TENANT } from '../../builders/ingest.ts';
import { printedBy } from '../../helpers/printed.ts';

const ID = 'sub_01M7YZPEDCV2N9CR0Q6WV7Z1QY';
const UNKNOWN = 'sub_01M7YZPEDCV2N9CR0Q6WV7Z1QZ';
const SECRET = 'a secret that both sides know';
const BODY = '{ "order": 4711 }';
const HOUR = 3_600_000;

/** What is stored; undefined is not there. */
interface Stored {
  tenant?: Partial<TenantInUse> | undefined;
  subscription?: Partial<Subscription> | undefined;
  target?: Partial<Target> | undefined;
}

/** Ingest with one subscription that events can be addressed to. */
function withSubscription(given: Stored = {}) {
  const ingest = inMemoryIngest();
  const reads: string[] = [];
  const stored: Stored = { tenant: {}, subscription: {}, target: {}, ...given };
  const isThere = (tenant: string) => tenant === TENANT;
  ingest.stores.addresses = {
    async getTenantOfSubscription(id) {
      reads.push('address');
      return id === ID ? TENANT : undefined;
    },
    async getSubscription(tenant) {
      reads.push('subscription');
      const subscription = { id: ID, targetId: 'tgt_1', active: true, ...stored.subscription };
      return isThere(tenant) && stored.subscription ? (subscription as Subscription) : undefined;
    },
    async getTarget(tenant) {
      reads.push('target');
      const target = { signature: 'sha256', secrets: [{ value: SECRET, createdAt: '' }], ...stored.target };
      return isThere(tenant) && stored.target ? (target as Target) : undefined;
    },
    async tenantInUse(tenant) {
      reads.push('tenant');
      const inUse = { id: TENANT, schemaCheck: 'off', ...stored.tenant };
      return isThere(tenant) && stored.tenant ? (inUse as TenantInUse) : undefined;
    },
  };
  return { ...ingest, stored, reads };
}

interface Posted extends Sent {
  readonly secret?: string;
  readonly signature?: string;
  readonly body?: string;
}

const post = ({ secret = SECRET, body = BODY, signature, headers, ...sent }: Posted = {}) =>
  requestOf('POST /v1/subscriptions/{id}/ingest', body, {
    id: ID,
    query: { event_type: 'order.paid' },
    ...sent,
    headers: { 'x-hub-signature-256': signature ?? sha256Signature(secret, body), ...headers },
  });

const UNSIGNED = { status: 401, body: { error: 'invalid_signature', message: expect.any(String) } };
const ALL_READS = ['address', 'subscription', 'target', 'tenant'];

describe('an event addressed to a subscription (C2)', () => {
  it('is sent for that subscription alone, as it came', async () => {
    const ingest = withSubscription();
    expect(await ingest.send(post())).toMatchObject({ status: 202 });
    expect(ingest.sent()).toMatchObject([
      { type: 'order.paid', only: ID, payload: { kind: 'text', text: BODY } },
    ]);
    expect(ingest.messages).toMatchObject([{ group: TENANT }]);
  });

  it('is accepted while that is paused: fanout keeps its delivery as a dead letter', async () => {
    const ingest = withSubscription({ subscription: { active: false } });
    expect(await ingest.send(post())).toMatchObject({ status: 202 });
    expect(ingest.sent()).toMatchObject([{ only: ID }]);
    await ingest.send(post());
    expect(ingest.reads).toEqual(expect.arrayContaining(ALL_READS));
    expect(ingest.reads).toHaveLength(ALL_READS.length);
  });

  it.each<[string, Stored, Posted]>([
    ['no signature', {}, { signature: '' }],
    ['a signature by another secret', {}, { secret: 'another' }],
    ['a signature of another body', {}, { signature: sha256Signature(SECRET, 'another') }],
    ['another scheme’s name', {}, { signature: sha256Signature(SECRET, BODY).replace('sha256', 'sha1') }],
    ['no such subscription', {}, { id: UNKNOWN }],
    ['no subscription under its id', { subscription: undefined }, {}],
    ['no target', { target: undefined }, {}],
    ['a tenant that is being deleted', { tenant: undefined }, {}],
    ['a target with a key pair', { target: { signature: 'ed25519' } }, {}],
    ['a paused subscription and a wrong secret', { subscription: { active: false } }, { secret: 'another' }],
  ])('with %s gets the one refusal, after the same reads', async (_, stored, posted) => {
    const ingest = withSubscription(stored);
    expect(await ingest.send(post(posted))).toEqual(UNSIGNED);
    expect(ingest.reads.toSorted()).toEqual(ALL_READS);
    expect(ingest.messages).toEqual([]);
  });

  it('under what is no id is refused alike, and nothing is read', async () => {
    const ingest = withSubscription();
    expect(await ingest.send(post({ id: 'tgt_1' }))).toEqual(UNSIGNED);
    expect(ingest.reads).toEqual([]);
  });

  it.each([
    ['no type', {}, { query: {} }, 422, 'validation_failed'],
    ['another parameter', {}, { query: { event_type: 'a', type: 'a' } }, 422, 'validation_failed'],
    [
      'a payload that its tenant may not send',
      { tenant: { limits: { payloadBytes: 5 } } },
      {},
      413,
      'payload_too_large',
    ],
    [
      'U+FFFD, unless its signature proves it',
      {},
      { body: '\ufffd', secret: 'another' },
      415,
      'unsupported_media_type',
    ],
  ])('is told of %s', async (_, stored, posted, status, error) => {
    const ingest = withSubscription(stored as Stored);
    expect(await ingest.send(post(posted as Posted))).toMatchObject({ status, body: { error } });
    expect(ingest.messages).toEqual([]);
  });

  it('whose signature proves U+FFFD is sent as it came', async () => {
    const ingest = withSubscription();
    expect(await ingest.send(post({ body: 'a\ufffd' }))).toMatchObject({ status: 202 });
    expect(ingest.sent()).toMatchObject([{ payload: { text: 'a\ufffd' } }]);
  });

  it.each(['getTenantOfSubscription', 'getSubscription', 'getTarget', 'tenantInUse'] as const)(
    'is to be repeated while %s fails',
    async (store) => {
      const ingest = withSubscription();
      failOnce(ingest.stores.addresses, store);
      const { result } = await printedBy(() => ingest.send(post()));
      expect(result).toMatchObject({ status: 503, body: { error: 'unavailable' } });
      expect(ingest.messages).toEqual([]);
      expect(await ingest.send(post())).toMatchObject({ status: 202 });
    },
  );

  it.each([
    ['getTenantOfSubscription', false, 500, 'unreadable_item'],
    ['getSubscription', false, 500, 'unreadable_item'],
    ['getTarget', false, 500, 'unreadable_item'],
    ['tenantInUse', false, 500, 'unreadable_item'],
    ['getTarget', true, 503, 'unavailable'],
  ] as const)(
    'where %s finds what it can’t read (newer: %s) is answered %i',
    async (store, isNewer, status, error) => {
      const ingest = withSubscription();
      ingest.stores.addresses[store] = () => {
        const expected = { problem: 'expected another', isNewer };
        throw new UnreadableItemError({ what: 'item' }, 'config', {}, expected);
      };
      const { result, warnings, metrics } = await printedBy(() => ingest.send(post()));
      expect(result).toMatchObject({ status, body: { error } });
      expect(warnings).toMatchObject([{ message: 'ingest failed', error: 'UnreadableItemError' }]);
      expect(metrics.UnreadableItems).toBe(1);
      expect(ingest.messages).toEqual([]);
    },
  );
});

describe('what is known of a subscription (C2)', () => {
  it('serves senders that prove its secret, for ten seconds', async () => {
    const ingest = withSubscription();
    for (const later of [0, 5000, 9999]) {
      ingest.clock.now = NOW + later;
      expect(await ingest.send(post())).toMatchObject({ status: 202 });
    }
    expect(ingest.reads).toHaveLength(4);
    ingest.clock.now = NOW + 10_001;
    await ingest.send(post());
    expect(ingest.reads).toHaveLength(8);
  });

  it.each<[string, Stored, Posted]>([
    [
      'a new secret is refused',
      { target: { secrets: [{ value: 'a new one', createdAt: '' }] } },
      { secret: 'a new one' },
    ],
  ])('is read again before %s', async (_, after, posted) => {
    const ingest = withSubscription();
    await ingest.send(post());
    Object.assign(ingest.stored, after);
    expect(await ingest.send(post(posted))).toMatchObject({ status: 202 });
    expect(ingest.reads).toHaveLength(8);
  });

  it('is read once a second at most for senders that are refused', async () => {
    const ingest = withSubscription();
    for (const later of [0, 1, 999]) {
      ingest.clock.now = NOW + later;
      expect(await ingest.send(post({ secret: 'another' }))).toEqual(UNSIGNED);
    }
    expect(ingest.reads).toHaveLength(4);
    ingest.clock.now = NOW + 1001;
    expect(await ingest.send(post({ secret: 'another' }))).toEqual(UNSIGNED);
    expect(ingest.reads).toHaveLength(8);
  });

  it('lets a replaced secret in until its time is over', async () => {
    const expiresAt = new Date(NOW + HOUR).toISOString();
    const secrets = [
      { value: 'newest', createdAt: '' },
      { value: SECRET, createdAt: '', expiresAt },
    ];
    const ingest = withSubscription({ target: { secrets } });
    expect(await ingest.send(post())).toMatchObject({ status: 202 });
    ingest.clock.now = NOW + HOUR;
    expect(await ingest.send(post())).toEqual(UNSIGNED);
    expect(await ingest.send(post({ secret: 'newest' }))).toMatchObject({ status: 202 });
  });
});
