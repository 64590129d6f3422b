import { createHmac, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { newSecret } from '../../../lambdas/targets/signature.ts';
import { signedHeaders } from '../../builders/signed.ts';
import { type SharedCloud, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { LANGUAGES, lackOf, startBuilds } from '../../helpers/receivers/languages.ts';
import { type Receiver, refusalOf, startReceiver } from '../../helpers/receivers/receiver.ts';

/** Compilers may start from nothing, beside other tests. */
const BUILD_MS = 600_000;
const MINUTES = 60;

const lacking = new Map(LANGUAGES.map((language) => [language.name, lackOf(language)]));
for (const lack of lacking.values()) if (lack) console.log(`Skipped: ${lack}.`);
const able = LANGUAGES.filter(({ name }) => lacking.get(name) === undefined);

let cloud: SharedCloud;
let builds: ReadonlyMap<string, Promise<unknown>>;

beforeAll(async () => {
  builds = startBuilds(able);
  // Each is waited for where it is used.
  for (const build of builds.values()) build.catch(() => undefined);
  cloud = await sharedCloud();
});

const OTHER_JSON = ['null', '5', '"text"', '{"a":1}', '[1]', '[null]', '[[]]'];
/** Bodies that are no array of events. */
const NO_BATCHES = [
  '[{',
  ...OTHER_JSON,
  '{"id":"q","type":"t","data":1}',
  '[{"id":1}]',
  '[{"id":[],"type":"t","timestamp":"2026-11-21T12:00:00Z","data":1}]',
  '[{"id":"q","type":5,"data":1}]',
  '[{"type":"t","data":1}]',
  '[{"id":"q","type":"t"}]',
  '[{"id":"q","type":"t","data_base64":5}]',
  '[{"id":"q","type":"t","data_base64":"***"}]',
  '[{"id":"q","type":"t","data":1},5]',
];
const NO_CHALLENGES = ['[{', ...OTHER_JSON, '[]', '{}', '{"challenge":5}', '{"challenge":[]}'];

/** Each is said to be wrong at the start. */
const WRONG_SECRETS = ['', 'whsec_…', 'whsec_', 'whsec_c2hvcnQ=', 'a text of more than 24 characters'];

interface Posting {
  readonly id?: string;
  readonly body?: string | Buffer;
  readonly secrets?: readonly string[];
  /** Since the request was signed. */
  readonly ageSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as Posthorn posts it, but for what a test changes. */
async function post(url: string, posting: Posting, secret: string) {
  const { id = randomUUID(), secrets = [secret], ageSeconds = 0, headers } = posting;
  const body = Buffer.from(posting.body ?? '{"order":4711}');
  const timestamp = Math.floor(Date.now() / 1000) - ageSeconds;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'posthorn-event-type': 'order.created',
      ...signedHeaders('standard', secrets, { id, timestamp, body }),
      ...headers,
    },
    body: body as never,
  });
  return { id, status: response.status, text: await response.text(), headers: response.headers };
}

describe.each(able)('the receiver in $name (D3, E16)', (language) => {
  const secret = newSecret('standard', Buffer.alloc(32, 7));
  const other = newSecret('standard', Buffer.alloc(32, 8));
  let receiver: Receiver;
  const send = (posting: Posting) => post(receiver.url, posting, secret);
  const handled = (id: string) => eventually(() => expect(receiver.handled(id)).toHaveLength(1));

  beforeAll(async () => {
    await builds.get(language.name);
    receiver = await startReceiver(language, { secrets: [other, secret], workMs: 20 });
  }, BUILD_MS);

  it('takes what Posthorn sends: a challenge, events of any content, by two secrets', async () => {
    const type = `receivers.${language.name}`;
    const settings = { url: receiver.url, secret, events: [type], challengeRequired: true };
    const { targetId } = await cloud.api.subscribe(settings);
    await eventually(async () => {
      const { verification } = await cloud.api.call<{ verification: object }>(
        'GET',
        `/v1/targets/${targetId}`,
      );
      expect(verification).toMatchObject({ state: 'passed' });
    });
    const json = await cloud.api.publish(type, { text: 'Ünïcode \u2028 "quoted"', amount: 1200.5 });
    const csv = await cloud.api.call<{ id: string }>('POST', '/v1/events', 'sku,count\nA-1,2\n', {
      'content-type': 'text/csv',
      'ce-type': type,
      'ce-id': randomUUID(),
      'ce-source': 'shop',
      'ce-specversion': '1.0',
    });
    for (const { id } of [json, csv]) {
      const { attempts } = await cloud.delivery(id, 'delivered');
      expect(attempts.map(({ statusCode }) => statusCode)).toEqual([202]);
      await handled(id);
    }
    expect(receiver.handled(csv.id)).toEqual([`${type}, 16 bytes`]);

    await cloud.api.call('POST', `/v1/targets/${targetId}/secrets/rotate`, { overlapHours: 1 });
    const rotated = await eventually(async () => {
      // A worker may know the target as it was, for a moment.
      const { id } = await cloud.api.publish(type, { signed: 'twice' });
      const { attempts } = await cloud.delivery(id, 'delivered');
      expect(attempts[0]!.request!.headers!['webhook-signature']!.split(' ')).toHaveLength(2);
      return { id };
    });
    await handled(rotated.id);
  });

  it('takes a batch that Posthorn sends', async () => {
    const type = `receivers.${language.name}.batched`;
    const batching = { maxEvents: 3, maxSeconds: 1 };
    await cloud.api.subscribe({ url: receiver.url, secret, events: [type], batching });
    const events = Array.from({ length: 3 }, (_, n) => ({ type, data: { n } }));
    const published = await cloud.api.publishBatch(JSON.stringify({ events }));
    for (const { id } of published.events) {
      await cloud.delivery(id, 'delivered');
      await handled(id);
      expect(receiver.handled(id)[0]).toContain(type);
    }
  });

  it('works once on what comes twice, also in a batch', async () => {
    const { id } = await send({});
    expect((await send({ id })).status).toBe(202);
    const entries = [
      { id, type: 'order.created', contentType: 'application/json', data: {} },
      { id: randomUUID(), type: 'order.report', contentType: 'text/csv', data_base64: 'c2t1LGNvdW50Cg==' },
    ];
    const body = JSON.stringify([...entries, entries[1]]);
    const batch = await send({ id: 'bat_1', body, headers: { 'posthorn-batch': '3' } });
    expect(batch.status).toBe(202);
    const last = await send({});
    await handled(last.id);
    expect(receiver.handled(id)).toHaveLength(1);
    expect(receiver.handled(entries[1]!.id)).toEqual(['order.report, 10 bytes']);
  });

  it.each<[string, Posting]>([
    ['another secret', { secrets: [newSecret('standard', Buffer.alloc(32, 9))] }],
    [
      'another body than was signed',
      { headers: { 'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=' } },
    ],
    ['another id than was signed', { headers: { 'webhook-id': 'another' } }],
    ['a time of six minutes ago', { ageSeconds: 6 * MINUTES }],
    ['a time in six minutes', { ageSeconds: -6 * MINUTES }],
    ['a time that is none', { headers: { 'webhook-timestamp': 'yesterday' } }],
    ['no signature', { headers: { 'webhook-signature': '' } }],
    ['half a signature', { headers: { 'webhook-signature': 'v1' } }],
    ['a signature that is no base64', { headers: { 'webhook-signature': 'v1,*** v1,= v2' } }],
  ])('refuses %s', async (_, posting) => {
    const { id, status } = await send(posting);
    expect(status).toBe(401);
    expect(receiver.handled(id)).toEqual([]);
  });

  it('accepts a request with the signature of another secret before its own', async () => {
    const next = newSecret('standard', Buffer.alloc(32, 10));
    const { id, status } = await send({ secrets: [next, secret] });
    expect(status).toBe(202);
    await handled(id);
  });

  it('refuses a body that is too large', async () => {
    expect((await send({ body: 'x'.repeat(9 * 1024 * 1024) })).status).toBe(413);
  });

  it('answers 400 to a batch that is no array of events', async () => {
    const statuses = NO_BATCHES.map(async (body) => {
      const { status } = await send({ body, headers: { 'posthorn-batch': '1' } });
      return `${status} ${body}`;
    });
    expect(await Promise.all(statuses)).toEqual(NO_BATCHES.map((body) => `400 ${body}`));
    expect(receiver.handled('q')).toEqual([]);
  });

  it('answers 400 to a challenge without a text', async () => {
    const headers = { 'posthorn-event-type': 'posthorn.challenge' };
    const statuses = NO_CHALLENGES.map(async (body) => {
      const { status } = await send({ id: `chl_${randomUUID()}`, body, headers });
      return `${status} ${body}`;
    });
    expect(await Promise.all(statuses)).toEqual(NO_CHALLENGES.map((body) => `400 ${body}`));
  });

  it('does not work on tests, alone or in a batch', async () => {
    const alone = await send({ headers: { 'posthorn-test': 'true' } });
    const [test, real] = [randomUUID(), randomUUID()];
    const body = JSON.stringify([
      { id: test, type: 'order.created', test: true, data: {} },
      { id: real, type: 'order.created', data: null },
    ]);
    const batch = await send({ body, headers: { 'posthorn-batch': '2' } });
    expect([alone.status, batch.status]).toEqual([202, 202]);
    await handled(real);
    expect([alone.id, test].flatMap(receiver.handled)).toEqual([]);
  });

  it.each(WRONG_SECRETS)('does not start with the secret "%s"', async (wrong) => {
    const { code, output } = await refusalOf(language, wrong ? [secret, wrong] : []);
    expect(code).not.toBe(0);
    expect(output).toContain('WEBHOOK_SECRETS: expected whsec_');
    expect(output).not.toContain(secret);
  });

  it('answers a challenge with the HMAC of its token by the secret that signed', async () => {
    const challenge = randomUUID();
    const { status, text } = await send({
      id: `chl_${randomUUID()}`,
      body: JSON.stringify({ type: 'posthorn.challenge', challenge }),
      headers: { 'posthorn-event-type': 'posthorn.challenge' },
    });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      response: `sha256=${createHmac('sha256', secret).update(challenge).digest('hex')}`,
    });
  });

  it('answers before it works, and asks for a pause when its queue is full', async () => {
    const busy = await startReceiver(language, { secrets: [secret], workMs: 3_600_000, queueSize: 2 });
    const answers = [];
    for (let n = 0; n < 5; n++) answers.push(await post(busy.url, {}, secret));
    expect(answers[0]!.status).toBe(202);
    expect(busy.lines().filter((line) => line.includes('handled'))).toEqual([]);
    const refused = answers.filter(({ status }) => status !== 202);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, headers } of refused)
      expect([status, headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
  });

  it('finishes what it has accepted when it is asked to end', async () => {
    const ids = [];
    for (let n = 0; n < 10; n++) ids.push((await send({})).id);
    // PHP keeps what it has accepted in its table, for the next worker.
    if (language.name === 'php') for (const id of ids) await handled(id);
    await receiver.stop();
    expect(ids.filter((id) => receiver.handled(id).length !== 1)).toEqual([]);
  });
});
