import { afterAll, describe, expect, it } from 'vitest';
import { postOnce } from '../../../lambdas/delivery/attempt.ts';
import { postBatches } from '../../../lambdas/delivery/batch-delivery.ts';
import type { LoggedDelivery } from '../../../lambdas/delivery/delivery-items.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { withAttempt } from '../../../lambdas/delivery/outcome.ts';
import { createClientCertificates } from '../../../lambdas/destinations/client-certificates.ts';
import { createTokens } from '../../../lambdas/destinations/http/tokens.ts';
import type { LoggedEvent } from '../../../lambdas/events/event-log-store.ts';
import { inlineBytes } from '../../../lambdas/events/payload.ts';
import type { Attempt } from '../../../lambdas/http-client/attempt-record.ts';
import { createPoster } from '../../../lambdas/http-client/http-post.ts';
import { createJsonAsker } from '../../../lambdas/http-client/json-client.ts';
import { ANY_PORT } from '../../../lambdas/http-client/ports.ts';
import type { Showing } from '../../../lambdas/manage/request-views.ts';
import { deliveryView } from '../../../lambdas/manage/views.ts';
import { HEADERS_FORM } from '../../../lambdas/targets/request-headers.ts';
import { newSecret } from '../../../lambdas/targets/signature.ts';
import { SIGNATURE_SCHEMES } from '../../../lambdas/targets/signature-schemes/names.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { awsOf } from '../../builders/aws.ts';
import { NOW, nthDelivery, targetOf } from '../../builders/nth-delivery.ts';
import { serveRaw } from '../../helpers/servers/odd-server.ts';

const server = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
afterAll(server.close);
const url = `http://127.0.0.1:${server.port}/hook?token=1`;
const clock = { now: NOW };
const now = (): number => clock.now++;
const reach = { privateAddresses: true, ports: ANY_PORT };
const post = createPoster(reach, now);
const shape = async (): Promise<never> => {
  throw new Error('expected no transformation');
};
const certificates = createClientCertificates({ now, readSecret: async () => undefined });
const tokens = createTokens({ askForJson: createJsonAsker(reach, now), now });

/** The headers of the last request as they arrived, in their order. */
const arrived = (): [string, string][] =>
  server.requests
    .at(-1)!
    .split('\r\n\r\n')[0]!
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(': ') as [string, string]);

const MANAGER: Showing = { caller: { scopes: ['manage'] } };
const READER: Showing = { caller: { scopes: ['read'] } };

const logged = ({ event, subscription, target, attempts, dropped }: DeliveryMessage): LoggedDelivery => ({
  event,
  subscription,
  target,
  attempts,
  dropped,
  status: 'delivered',
  order: 0,
});
const eventOf = ({ event }: DeliveryMessage): LoggedEvent => ({
  ...event,
  matched: 1,
  subscriptions: [],
  fannedOut: [],
  lastPart: 0,
});
/** The request of the last attempt. */
const shown = (delivery: DeliveryMessage, showing: Showing = MANAGER) =>
  deliveryView(logged(delivery), NOW, { event: eventOf(delivery), ...showing }).attempts.at(-1)!.request;

async function sent(delivery: DeliveryMessage, target: Target): Promise<DeliveryMessage> {
  const made = await postOnce(
    { now, post, tokens, shape, certificates, aws: awsOf() },
    delivery,
    target,
    inlineBytes(delivery.event.payload as never),
  );
  return withAttempt(delivery, made);
}

/** Posts deliveries in one request. */
function postAll(deliveries: readonly DeliveryMessage[], target: Target) {
  const deps = {
    now,
    post,
    random: Math.random,
    noteHealth: async () => {},
    loadPayload: async (payload: never) => inlineBytes(payload),
  };
  const destination = { target, obstacle: undefined, health: undefined };
  return postBatches(deps as never, deliveries, destination, 'batch');
}

/** Entries of an object, with the values of these names hidden. */
const hiding = (headers: [string, string][], names: readonly string[]) =>
  headers.map(([name, value]) => [name, names.includes(name) ? '[hidden]' : value]);

const headers = { 'X-Team': 'orders', Authorization: 'Bearer a secret' };
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const EVENTS = {
  plain: {},
  'a CloudEvent': { ce: { id: '1', source: '/shop', subject: 'ü "x"' } },
  'one of a trace': { traceparent, tracestate: 'rojo=1,congo=2' },
  'a test event of another type': { test: true, contentType: 'text/plain; charset=utf-8' },
};

describe('the headers of a request are shown as they were sent (A9)', () => {
  it.each(Object.entries(EVENTS))('of an event: %s', async (_, event) => {
    const delivery = await sent(nthDelivery(1, { event }), targetOf({ url, headers }));
    const view = shown(delivery)!;
    expect(Object.entries(view.headers!)).toEqual(hiding(arrived(), ['x-team', 'authorization']));
    expect(Object.keys(view.headers!)).toEqual(expect.arrayContaining(['webhook-signature', 'host']));
  });

  it.each(SIGNATURE_SCHEMES)('signed by %s, also while the secret is replaced', async (signature) => {
    const secrets = [1, 2, 3].map((n) => ({
      value: newSecret(signature, Buffer.alloc(32, n)),
      createdAt: '',
    }));
    const delivery = await sent(nthDelivery(1), targetOf({ url, signature, secrets }));
    const view = shown(delivery)!;
    expect(Object.entries(view.headers!)).toEqual(arrived());
    expect(view.signature!.scheme).toBe(signature);
    expect(new Set(view.signature!.keyIds).size).toBe(signature === 'sha256' ? 2 : 3);
  });

  it.each(SIGNATURE_SCHEMES)(
    'signed by %s, with signatures for keys with manage alone',
    async (signature) => {
      const secrets = [1, 2].map((n) => ({
        value: newSecret(signature, Buffer.alloc(32, n)),
        createdAt: '',
      }));
      const delivery = await sent(nthDelivery(1), targetOf({ url, signature, secrets }));
      const names = ['webhook-signature', 'x-hub-signature-256', 'x-hub-signature-256-old'];
      for (const caller of [READER.caller!, { scopes: ['read', 'publish'] as const }, undefined]) {
        const view = deliveryView(logged(delivery), NOW, {
          event: eventOf(delivery),
          ...(caller && { caller }),
        }).attempts[0]!.request!;
        expect(Object.entries(view.headers!)).toEqual(hiding(arrived(), names));
        expect(view.signature!.keyIds).toHaveLength(2);
      }
    },
  );

  it('of each attempt, with its number and time', async () => {
    const target = targetOf({ url });
    let delivery = nthDelivery(1, { dropped: 4 });
    const all: [string, string][][] = [];
    for (let i = 0; i < 3; i++) {
      clock.now += 60_000;
      delivery = await sent(delivery, target);
      all.push(arrived());
    }
    const view = deliveryView(logged(delivery), NOW, { ...MANAGER, event: eventOf(delivery) });
    expect(view.attempts.map(({ request }) => Object.entries(request!.headers!))).toEqual(all);
    expect(all.map((one) => Object.fromEntries(one)['posthorn-attempt'])).toEqual(['5', '6', '7']);
  });

  it('of a batch, for each delivery in it', async () => {
    const target = targetOf({ url, headers, batching: { maxEvents: 2, maxSeconds: 1 } });
    const concluded = await postAll([nthDelivery(1), nthDelivery(2)], target);
    expect(concluded).toHaveLength(2);
    for (const { delivery } of concluded) {
      const view = shown(delivery)!;
      expect(Object.entries(view.headers!)).toEqual(hiding(arrived(), ['x-team', 'authorization']));
      expect(view.batch).toEqual({ id: expect.stringMatching(/^bat_/), events: 2 });
      expect(view.headers).toMatchObject({ 'webhook-id': view.batch!.id, 'posthorn-batch': '2' });
    }
  });

  it.each([
    ['share a trace', { traceparent, tracestate: 'rojo=1' }, 2],
    ['have several', { traceparent: traceparent.replace('0af7', 'ffff') }, undefined],
  ])('of a batch whose events %s', async (_, other, form) => {
    const target = targetOf({ url, batching: { maxEvents: 2, maxSeconds: 1 } });
    const event = { traceparent, tracestate: 'rojo=1' };
    const deliveries = [nthDelivery(1, { event }), nthDelivery(2, { event: other })];
    for (const { delivery } of await postAll(deliveries, target)) {
      expect(delivery.attempts[0]!.sent!.form).toBe(form);
      expect(Object.entries(shown(delivery)!.headers!)).toEqual(arrived());
    }
  });

  it('of a request that was made again over a new connection', async () => {
    const delivery = await sent(nthDelivery(1), targetOf({ url }));
    const attempts = delivery.attempts.map((attempt): Attempt => ({ ...attempt, reconnected: true }));
    expect(shown({ ...delivery, attempts })!.headers).toMatchObject({ connection: 'close' });
  });
});

describe('what else is shown of a request (A9)', async () => {
  const delivery = await sent(nthDelivery(1), targetOf({ url, headers }));
  const [made] = delivery.attempts;
  const withSent = (sent: object): DeliveryMessage => ({
    ...delivery,
    attempts: [{ ...made!, sent: { ...made!.sent!, ...sent } }],
  });

  it('is where it went and how long it took', () => {
    expect(shown(delivery)).toMatchObject({
      url,
      protocol: 'HTTP/1.1',
      remoteAddress: '127.0.0.1',
      signature: { scheme: 'standard', keyIds: [expect.stringMatching(/^[0-9a-f]{8}$/)] },
      times: { firstByteMs: expect.any(Number) },
    });
  });

  it.each([
    ['a key that may only read', READER],
    ['nobody in particular', {}],
  ])('has no query for %s', (_, showing) => {
    const text = JSON.stringify(
      shown(delivery, { event: eventOf(delivery), caller: undefined, ...showing } as Showing),
    );
    expect(text).toContain(`"http://127.0.0.1:${server.port}/hook?[hidden]"`);
    expect(text).not.toContain('token=1');
  });

  it('has no value of a header of the target’s own, for anyone', () => {
    expect(JSON.stringify([delivery.attempts, shown(delivery)])).not.toMatch(/a secret|orders/);
  });

  it('is all but the headers, where the event is not at hand', () => {
    const { attempts } = deliveryView(logged(delivery), NOW, MANAGER);
    const { headers: _, ...rest } = shown(delivery)!;
    expect(JSON.parse(JSON.stringify(attempts[0]!.request))).toEqual(JSON.parse(JSON.stringify(rest)));
  });

  it('is nothing of an attempt that an older release made', () => {
    const attempts = [{ at: NOW, ms: 1, status: 200 }];
    expect(deliveryView(logged({ ...delivery, attempts }), NOW).attempts[0]!.request).toBeUndefined();
  });

  it('leaves out headers that only a newer release can make again, and a scheme that only that one knows', () => {
    expect(shown(withSent({ form: HEADERS_FORM + 1 }))).toMatchObject({ url, headers: undefined });
    expect(shown(withSent({ by: { ...made!.sent!.by, scheme: 'rsa' } }))).toBeUndefined();
  });
});

it('requests of form 1 are shown as they were, whatever this release sends', () => {
  // If this fails, headers of requests in logs would be shown wrongly: see HEADERS_FORM.
  const attempt: Attempt = {
    at: 1_795_262_400_999,
    ms: 46,
    status: 200,
    travel: { address: '203.0.113.7', tlsVersion: '1.3', dns: 4, connect: 11, tls: 14, firstByte: 16 },
    sent: {
      signatures: 'v1,new v1,old',
      by: { url: 'https://example.com:8443/hook', headers: 'x-team', keys: '5f1e0c3a 00000000' },
    },
  };
  const event = {
    id: 'failure-17',
    ulid: '01KAK2V5E4V2N9CR0Q6WV7Z1QX',
    type: 'payment.processor.failure',
    contentType: 'application/json',
    payload: { kind: 'text', text: '{"amount":1200.50}' },
    test: true,
    ce: { id: 'failure-17', source: '/shop' },
    // A release that sends form 1 passes no trace on.
    traceparent,
    tracestate: 'rojo=1',
  } as const;
  const delivery = nthDelivery(1, { event, attempts: [attempt] });
  expect(JSON.stringify(shown(delivery)!.headers, null, 1)).toBe(
    JSON.stringify(
      {
        host: 'example.com:8443',
        'x-team': '[hidden]',
        'ce-id': 'failure-17',
        'ce-source': '/shop',
        'ce-specversion': '1.0',
        'ce-type': 'payment.processor.failure',
        'content-type': 'application/json',
        'user-agent': 'Posthorn/1',
        'posthorn-event-type': 'payment.processor.failure',
        'posthorn-attempt': '1',
        'posthorn-test': 'true',
        'webhook-id': 'failure-17',
        'webhook-timestamp': '1795262400',
        'webhook-signature': 'v1,new v1,old',
        'content-length': '18',
        connection: 'keep-alive',
      },
      null,
      1,
    ),
  );
  const batch = { id: 'bat_1', events: 2, bytes: 300 };
  const inBatch = { ...delivery, attempts: [{ ...attempt, sent: { ...attempt.sent!, batch } }] };
  expect(Object.entries(shown(inBatch)!.headers!).flat().join(' ')).toBe(
    'host example.com:8443 x-team [hidden] content-type application/json user-agent Posthorn/1 posthorn-batch 2 ' +
      'webhook-id bat_1 webhook-timestamp 1795262400 webhook-signature v1,new v1,old content-length 300 connection keep-alive',
  );
});
