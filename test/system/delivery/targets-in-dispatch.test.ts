import { createHmac, createPublicKey, verify } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../../lambdas/config/entities.ts';
import type { DeliveryMessage, Message } from '../../../lambdas/delivery/messages.ts';
import { newSecret } from '../../../lambdas/targets/signature.ts';
import { publicKeyOf } from '../../../lambdas/targets/signature-schemes/ed25519.ts';
import { sha256Signature } from '../../../lambdas/targets/signature-schemes/shared-secret.ts';
import type { SigningSecret, Target } from '../../../lambdas/targets/target.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import { edits, forgotten, impatient, withoutGrant, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud, type TestCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import {
  type Bound,
  bindByHand,
  eventByHand,
  publishByHand,
  putEntity,
  sendByHand,
} from '../../helpers/guide/by-hand.ts';
import { type Arrival, type Endpoint, refusingUrl, startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await startCloud();

const secret = (value: string, expiresAt?: string): SigningSecret => ({ value, createdAt: '', expiresAt });
const inAnHour = new Date(Date.now() + 3600_000).toISOString();
const justNow = new Date(Date.now() - 1000).toISOString();

const arrivalOf = (endpoint: Endpoint, id: string): Promise<Arrival> =>
  eventually(() => {
    const found = endpoint.arrivals.find(({ headers }) => headers['webhook-id'] === id);
    expect(found).toBeDefined();
    return found!;
  });

describe('signatures while secrets are replaced (A16)', () => {
  it('come from each that has not expired, by Standard Webhooks', async () => {
    const endpoint = await startEndpoint();
    const [newest, replaced, expired] = [1, 2, 3].map((n) => newSecret('standard', Buffer.alloc(32, n)));
    const secrets = [secret(newest!), secret(replaced!, inAnHour), secret(expired!, justNow)];
    await bindByHand(cloud, {
      target: { url: endpoint.url, secrets },
      filter: { events: ['rotate.standard'] },
    });
    const { id } = await publishByHand(cloud, 'rotate.standard', { n: 1 });
    const { headers, body } = await arrivalOf(endpoint, id);
    const check = (value: string) => () =>
      new Webhook(value).verify(body.toString(), headers as Record<string, string>);
    expect(check(newest!)).not.toThrow();
    expect(check(replaced!)).not.toThrow();
    expect(check(expired!)).toThrow();
  });

  it('come from a private key, and are verified with the public one', async () => {
    const endpoint = await startEndpoint();
    const value = newSecret('ed25519', Buffer.alloc(32, 4));
    const target = { url: endpoint.url, signature: 'ed25519', secrets: [secret(value)] } as const;
    await bindByHand(cloud, { target, filter: { events: ['sign.ed25519'] } });
    const { id } = await publishByHand(cloud, 'sign.ed25519', { n: 1 });
    const { headers, body } = await arrivalOf(endpoint, id);
    const x = Buffer.from(publicKeyOf(value).slice('whpk_'.length), 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const signed = `${id}.${headers['webhook-timestamp']}.${body}`;
    const [version, signature] = String(headers['webhook-signature']).split(',');
    expect(version).toBe('v1a');
    expect(verify(null, Buffer.from(signed), key, Buffer.from(signature!, 'base64'))).toBe(true);
  });

  it('come in two headers in the style of GitHub', async () => {
    const endpoint = await startEndpoint();
    const secrets = [secret('the newest secret'), secret('the replaced one', inAnHour)];
    const target = { url: endpoint.url, signature: 'sha256', secrets } as const;
    await bindByHand(cloud, { target, filter: { events: ['rotate.github'] } });
    const { id } = await publishByHand(cloud, 'rotate.github', { n: 1 });
    expect((await arrivalOf(endpoint, id)).headers).toMatchObject({
      'x-hub-signature-256': sha256Signature('the newest secret', '{"n":1}'),
      'x-hub-signature-256-old': sha256Signature('the replaced one', '{"n":1}'),
    });
  });
});

describe('a request', () => {
  it("has the target's own headers, and the header of a test (A25, D7)", async () => {
    const endpoint = await startEndpoint();
    const headers = { Authorization: 'Bearer abc', 'X-Team': 'blue', 'Posthorn-Attempt': '99' };
    await bindByHand(cloud, { target: { url: endpoint.url, headers }, filter: { events: ['headers.own'] } });
    const { id } = await publishByHand(cloud, 'headers.own', {}, { test: true });
    expect((await arrivalOf(endpoint, id)).headers).toMatchObject({
      authorization: 'Bearer abc',
      'x-team': 'blue',
      'posthorn-attempt': '1',
      'posthorn-test': 'true',
    });
  });

  it('is a CloudEvent when a CloudEvent was published', async () => {
    const endpoint = await startEndpoint();
    await bindByHand(cloud, { target: { url: endpoint.url }, filter: { events: ['cloud.event'] } });
    const ce = { id: 'order-7', source: '/shop', subject: 'Größe 1', tenantref: 'x' };
    const { id } = await publishByHand(cloud, 'cloud.event', { n: 1 }, { ce, source: '/shop' });
    const { headers, body } = await arrivalOf(endpoint, id);
    expect(headers['ce-subject']).toBe('Gr%C3%B6%C3%9Fe%201');
    expect(HTTP.toEvent({ headers, body: body.toString() })).toMatchObject({
      ...ce,
      specversion: '1.0',
      type: 'cloud.event',
      subject: expect.any(String),
      data: { n: 1 },
    });
  });

  it("goes to the URL of the event's region (A23, D11)", async () => {
    const [main, europe] = [await startEndpoint(), await startEndpoint()];
    const regions = { 'eu-central-1': europe.url };
    await bindByHand(cloud, { target: { url: main.url, regions }, filter: { events: ['region.*'] } });
    const there = await publishByHand(cloud, 'region.known', {}, { region: 'eu-central-1' });
    const elsewhere = await publishByHand(cloud, 'region.other', {}, { region: 'us-east-1' });
    const nowhere = await publishByHand(cloud, 'region.none', {});
    await cloud.settled();
    const idsAt = (endpoint: Endpoint) => endpoint.arrivals.map(({ headers }) => headers['webhook-id']);
    expect(idsAt(europe)).toEqual([there.id]);
    expect(idsAt(main).sort()).toEqual([elsewhere.id, nowhere.id].sort());
  });
});

describe('a target that is switched off (B2)', () => {
  it('gets nothing, and gets new deliveries when it is on again, despite dispatch’s cache', async () => {
    const endpoint = await startEndpoint();
    const { target } = await bindByHand(cloud, {
      target: { url: endpoint.url, active: false },
      filter: { events: ['switch.**'] },
    });
    const off = await publishByHand(cloud, 'switch.off', {});
    expect(await cloud.delivery(off.id, 'dead')).toMatchObject({ reason: 'target_disabled', attempts: [] });
    await putEntity(cloud, 'target', { ...target, active: true });
    const on = await publishByHand(cloud, 'switch.on', {});
    await cloud.delivery(on.id, 'delivered');
    expect(endpoint.arrivals).toHaveLength(1);
  });
});

interface Result {
  readonly token: string;
  readonly passed: boolean;
  readonly problem?: string;
  readonly statusCode?: number;
}

async function resultOf({ dynamo, resource }: TestCloud, { target }: Bound): Promise<Result | undefined> {
  const Key = { pk: `challenge#${FIRST_TENANT}`, sk: target.id };
  const { Item } = await dynamo.send(new GetCommand({ TableName: resource('State').physicalId, Key }));
  return Item as Result | undefined;
}

const resultOnce = (where: TestCloud, bound: Bound, token: string, timeout = 20_000): Promise<Result> =>
  eventually(
    async () => {
      const result = await resultOf(where, bound);
      expect(result).toMatchObject({ token });
      return result!;
    },
    { timeout },
  );

const challenge = (where: TestCloud, { target }: Bound, token: string): Promise<void> =>
  sendByHand(where, 'StandardLane', {
    v: 1,
    kind: 'challenge',
    tenant: FIRST_TENANT,
    target: target.id,
    token,
  });

const tokenIn = ({ body }: Arrival): string =>
  (JSON.parse(body.toString()) as { challenge: string }).challenge;

/** An endpoint as its owner would write it: it answers events with 204. */
const answering = (secretText: string) => (_: number, arrival: Arrival) => {
  if (arrival.headers['posthorn-event-type'] !== 'posthorn.challenge') return { status: 204 };
  const response = `sha256=${createHmac('sha256', secretText).update(tokenIn(arrival)).digest('hex')}`;
  return { status: 200, body: JSON.stringify({ response }) };
};

const challenged = (
  where: TestCloud,
  url: string,
  token: string,
  type: string,
  about: object = {},
): Promise<Bound> =>
  bindByHand(where, {
    target: { url, challenge: { token, at: new Date().toISOString() }, ...about },
    filter: { events: [type] },
  });

describe.concurrent('a target that has to be verified (B11)', () => {
  it('gets nothing until its endpoint has answered, then all, and nothing again after a new challenge', async () => {
    const value = newSecret('standard', Buffer.alloc(32, 8));
    const endpoint = await startEndpoint(answering(value));
    const first = ulid();
    const bound = await challenged(cloud, endpoint.url, first, 'verify.*', { secrets: [secret(value)] });
    const early = await publishByHand(cloud, 'verify.early', {});
    expect(await cloud.delivery(early.id, 'dead')).toMatchObject({
      reason: 'target_unverified',
      attempts: [],
    });
    expect(endpoint.arrivals).toEqual([]);

    await challenge(cloud, bound, first);
    expect(await resultOnce(cloud, bound, first)).toMatchObject({ passed: true, statusCode: 200 });
    const [asked] = endpoint.arrivals;
    expect(
      new Webhook(value).verify(asked!.body.toString(), asked!.headers as Record<string, string>),
    ).toEqual({
      type: 'posthorn.challenge',
      challenge: first,
    });
    expect(asked!.headers['webhook-id']).toBe(`chl_${first}`);
    const good = await publishByHand(cloud, 'verify.good', {});
    await cloud.delivery(good.id, 'delivered');

    await putEntity(cloud, 'target', { ...bound.target, challenge: { token: ulid(), at: '' } });
    await forgotten();
    const late = await publishByHand(cloud, 'verify.late', {});
    expect(await cloud.delivery(late.id, 'dead')).toMatchObject({ reason: 'target_unverified' });
  });

  it.each<[string, string, string]>([
    ['a wrong secret', '{"response":"sha256=00"}', 'keyed with the text of the secret; got'],
    ['no JSON', 'hello', 'got "hello"'],
  ])('gets a result that names the problem: %s', async (_, body, problem) => {
    const endpoint = await startEndpoint(() => ({ status: 200, body }));
    const token = ulid();
    const bound = await challenged(cloud, endpoint.url, token, 'verify.wrong');
    await challenge(cloud, bound, token);
    const result = await resultOnce(cloud, bound, token);
    expect(result).toMatchObject({ passed: false, problem: expect.stringContaining(problem) });
  });

  it.each<[string, boolean]>([
    ['passes when each has answered', true],
    ['fails when one answers wrongly, and says which', false],
  ])('with URLs for regions %s', async (_, isRight) => {
    const value = newSecret('standard', Buffer.alloc(32, 11));
    const main = await startEndpoint(answering(value));
    const regional = await startEndpoint(answering(isRight ? value : 'another secret'));
    const token = ulid();
    const bound = await challenged(cloud, main.url, token, 'verify.regions', {
      secrets: [secret(value)],
      regions: { eu: regional.url, us: main.url },
    });
    await challenge(cloud, bound, token);
    expect(await resultOnce(cloud, bound, token)).toMatchObject({
      passed: isRight,
      ...(!isRight && { problem: expect.stringMatching(/^regions\.eu: expected the JSON/) }),
      statusCode: 200,
    });
    expect([main.arrivals.length, regional.arrivals.length]).toEqual([1, 1]);
  });

  it('returns the challenge itself in the scheme ed25519', async () => {
    const endpoint = await startEndpoint((_, arrival) => ({
      status: 200,
      body: JSON.stringify({ response: tokenIn(arrival) }),
    }));
    const token = ulid();
    const keys = { signature: 'ed25519', secrets: [secret(newSecret('ed25519', Buffer.alloc(32, 2)))] };
    const bound = await challenged(cloud, endpoint.url, token, 'verify.ed', keys);
    await challenge(cloud, bound, token);
    expect(await resultOnce(cloud, bound, token)).toMatchObject({ passed: true });
  });

  it('is asked again when the endpoint fails once', async () => {
    const value = newSecret('standard', Buffer.alloc(32, 9));
    const answer = answering(value);
    const endpoint = await startEndpoint((n, arrival) => (n === 1 ? { status: 503 } : answer(n, arrival)));
    const token = ulid();
    const bound = await challenged(cloud, endpoint.url, token, 'verify.again', { secrets: [secret(value)] });
    await challenge(cloud, bound, token);
    expect(await resultOnce(cloud, bound, token)).toMatchObject({ passed: true });
    const [one, two] = endpoint.arrivals;
    expect(two!.at - one!.at).toBeGreaterThan(4000);
    expect(two!.headers['webhook-id']).toBe(one!.headers['webhook-id']);
  });

  it('also has a result when dispatch fails: the dead-letter writer writes it', async () => {
    await using failing = await startCloud({
      edit: edits(
        withoutWindows,
        impatient(4, 2),
        withoutGrant('DispatchStandard', 'dynamodb:BatchGetItem', 'Config'),
      ),
    });
    const endpoint = await startEndpoint();
    const token = ulid();
    const bound = await challenged(failing, endpoint.url, token, 'verify.dead');
    await challenge(failing, bound, token);
    const result = await resultOnce(failing, bound, token, 40_000);
    expect(result).toMatchObject({ passed: false, problem: expect.stringContaining('fault of Posthorn') });
    expect(failing.warnings('challenge given up')).toHaveLength(1);
    await failing.settled();
    const quarantine = Object.entries(failing.queues()).find(([name]) => /quarantine/i.test(name));
    expect(quarantine?.[1]).toMatchObject({ visible: 0, inFlight: 0 });
  });
});

it('needed no permission that it lacks', () => expect(cloud.denials).toEqual([]));

describe('a target whose item is damaged', () => {
  const record = (message: Message, i: number) => ({
    ...{ messageId: `m-${i}`, receiptHandle: 'r', body: JSON.stringify(message), attributes: {} },
    ...{ messageAttributes: {}, md5OfBody: '', eventSource: 'aws:sqs', awsRegion: 'local' },
    eventSourceARN: cloud.resource('SlowLane').arn,
  });

  it.each([
    ['damaged', { timeoutMs: 'soon' }, 'timeoutMs: expected number'],
    ['of a newer version', { v: 3 }, 'expected version 2 at most, got 3'],
  ])('or %s holds up its own deliveries, and no others of the batch', async (name, damage, problem) => {
    const type = `damaged.${name.length}`;
    const [good, bad] = [await startEndpoint(), await startEndpoint()];
    const sound = await bindByHand(cloud, { target: { url: good.url }, filter: { events: ['none'] } });
    const damaged = await bindByHand(cloud, { target: { url: bad.url }, filter: { events: ['none'] } });
    await putEntity(cloud, 'target', { ...damaged.target, ...damage } as Target);
    const event = eventByHand(type, {});
    const messages = [damaged, sound].map(
      ({ subscription, target }): DeliveryMessage =>
        deliveryOf({ tenant: FIRST_TENANT, subscription: subscription.id, target: target.id, event }),
    );
    const answer = await cloud.functions.get('DispatchSlow')!.invoke({ Records: messages.map(record) });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-0' }] });
    expect([good.arrivals.length, bad.arrivals.length]).toEqual([1, 0]);
    const line = cloud.warnings('deliveries held up').find(({ target }) => target === damaged.target.id);
    expect(line).toMatchObject({ tenant: FIRST_TENANT, error: 'UnreadableItemError' });
    expect(line!.detail).toContain(`sk target#${damaged.target.id} of `);
    expect(line!.detail).toContain(problem);
    expect(JSON.stringify(line)).not.toMatch(/whsec|soon/);
    await putEntity(cloud, 'target', damaged.target);
    const again = { Records: [record(messages[0]!, 0)] };
    expect(await cloud.functions.get('DispatchSlow')!.invoke(again)).toEqual({ batchItemFailures: [] });
    expect(bad.arrivals).toHaveLength(1);
  });

  it.each([
    ['damaged', { timeoutMs: 'soon' }, 500, 'unreadable_item'],
    ['of a newer version', { v: 3 }, 503, 'unavailable'],
  ])('or %s is an error by its id, and missing in a list', async (_, damage, status, error) => {
    const { target } = await bindByHand(cloud, {
      target: { url: await refusingUrl() },
      filter: { events: ['none'] },
    });
    const other = await bindByHand(cloud, {
      target: { url: await refusingUrl() },
      filter: { events: ['none'] },
    });
    await putEntity(cloud, 'target', { ...target, ...damage } as Target);
    const answer = await cloud.request('GET', `/v1/targets/${target.id}`);
    expect(answer).toMatchObject({ status, body: { error } });
    const list = await cloud.request('GET', '/v1/targets?limit=100');
    const ids = (list.body as { items: { id: string }[] }).items.map(({ id }) => id);
    expect(ids).toContain(other.target.id);
    expect(ids).not.toContain(target.id);
    await putEntity(cloud, 'target', target);
    expect(await cloud.request('GET', `/v1/targets/${target.id}`)).toMatchObject({ status: 200 });
  });
});

it('a filter that is damaged keeps no event from other subscriptions', async () => {
  const endpoint = await startEndpoint();
  const events = ['half.damaged'];
  const damaged = await bindByHand(cloud, { target: { url: await refusingUrl() }, filter: { events } });
  await bindByHand(cloud, { target: { url: endpoint.url }, filter: { events } });
  await putEntity(cloud, 'filter', { ...damaged.filter, events: 'half.damaged' } as unknown as Filter);
  const event = await publishByHand(cloud, 'half.damaged', {});
  await arrivalOf(endpoint, event.id);
  const details = cloud.warnings('item skipped').map(({ detail }) => String(detail));
  expect(details.some((detail) => detail.includes(`sk filter#${damaged.filter.id} of `))).toBe(true);
  await putEntity(cloud, 'filter', damaged.filter);
});
