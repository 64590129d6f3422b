import { readFile } from 'node:fs/promises';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, it } from 'vitest';
import { keptSecret, signatureHeaders, signWith } from '../../../lambdas/targets/signature.ts';
import {
  createClock,
  type Heard,
  type LogLine,
  type StartEnvironment,
  startLocalCloud,
  startWorker,
} from '../../../local/cloud.ts';
import { mulberry32 } from '../../helpers/arbitrary/random.ts';
import { posthorn } from '../../helpers/cli.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { synthesisedApp } from '../../helpers/synthesised-app.ts';

const EVENTS = 900;
const DUPLICATES = 100;
/** The example's queue waits six times its handler's 30 seconds, and gives up after five tries. */
const RETRY_MS = 180_000;
const MOST_FAILURES = 4;
const random = mulberry32(20_261_128);

/** How often the shop refuses an event, at random; Infinity for a poisonous one. By the event's id. */
const refusals = new Map<string, number>();
/** Requests that the shop took, oldest first. */
const taken: { readonly key: string; readonly body: string }[] = [];
const shop = await startEndpoint((_, { headers, body }) => {
  const key = String(headers['idempotency-key']);
  const left = refusals.get(key) ?? 0;
  refusals.set(key, left - 1);
  if (left > 0) return { status: 503 };
  taken.push({ key, body: body.toString() });
  return { status: 200 };
});

/** Invocations of the handler that run now, and that are over. */
const work = { now: 0, done: 0 };
const counted: StartEnvironment = (options) => {
  const worker = startWorker(options);
  if (!options.name.endsWith('Handle')) return worker;
  return {
    ...worker,
    async invoke(...call) {
      work.now++;
      try {
        return await worker.invoke(...call);
      } finally {
        work.now--;
        work.done++;
      }
    },
  };
};

const clock = createClock();
const heard: Heard[] = [];
const lines: LogLine[] = [];
const cloud = await startLocalCloud({
  assemblyDir: await synthesisedApp('examples/serverless-receiver/app.ts', { SHOP_URL: shop.url }),
  clock,
  startEnvironment: counted,
  hear: (one) => heard.push(one),
  log: (line) => lines.push(line),
});
afterAll(cloud.stop);

const secrets = new SecretsManagerClient(cloud.awsClientConfig());
const sqs = new SQSClient(cloud.awsClientConfig());
const dynamo = new DynamoDBClient(cloud.awsClientConfig());
const SecretId = cloud.resource('Receiver/Secret').physicalId;
const { SecretString: text = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
/** As Posthorn keeps it when it is given to a target. */
const secret = keptSecret('standard', text);

interface Sending {
  readonly id: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly by?: string;
  readonly at?: number;
}

/** Posts a request as Posthorn does. */
function post({
  id,
  body = JSON.stringify({ order: id }),
  headers = {},
  by = secret,
  at = Date.now(),
}: Sending) {
  const message = { id, timestamp: Math.floor(at / 1000), body: Buffer.from(body) };
  const { signatures } = signWith('standard', [by], message);
  return fetch(cloud.apiUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'posthorn-event-type': 'order.created',
      ...signatureHeaders('standard', signatures, message),
      ...headers,
    },
    body,
  });
}

/** Until it is accepted: on a busy machine the gateway may give up on a request, whose event came through all the same. */
async function deliver(id: string): Promise<void> {
  const status = await eventually(async () => {
    const answer = await post({ id });
    expect(answer.status).not.toBe(503);
    return answer.status;
  });
  expect(status).toBe(202);
}

const queue = () => cloud.queues()['ShopWebhooks-ReceiverQueue']!;
const deadLetters = () => cloud.queues()['ShopWebhooks-ReceiverDeadLetters']!;
const takenAs = (...keys: readonly string[]) => taken.filter(({ key }) => keys.includes(key));
const sent = (): number => heard.filter(({ kind }) => kind === 'message').length;

/** Lets the queue's time pass, as often as needed: no handler runs then, whose lease would end under it. */
async function untilHandled(isDone: () => boolean): Promise<void> {
  for (let round = 0; !isDone(); round++) {
    expect(round, 'rounds of tries').toBeLessThan(3 * MOST_FAILURES);
    const before = work.done;
    clock.advance(RETRY_MS);
    await eventually(
      () => {
        expect(work.now + queue().visible).toBe(0);
        expect(work.done > before || isDone()).toBe(true);
      },
      { timeout: RETRY_MS + 30_000 },
    );
  }
}

describe('docs/serverless-receiver.md', () => {
  it.each(['app.ts', 'handler.ts'])('shows %s of the example', async (name) => {
    const page = await readFile('docs/serverless-receiver.md', 'utf8');
    const [, quoted = ''] = new RegExp(`\`\`\`ts ${name}\\n(.*?)\`\`\``, 's').exec(page) ?? [];
    expect(quoted).not.toBe('');
    expect(await readFile(`examples/serverless-receiver/${name}`, 'utf8')).toContain(quoted);
  });
});

describe('the example of a serverless receiver (D4, E16)', () => {
  it(`handles each of ${EVENTS + DUPLICATES} deliveries once, a tenth of them duplicates, with a shop that fails at random`, async () => {
    const ids = Array.from({ length: EVENTS }, (_, i) => `order-${i}`);
    for (const id of ids) refusals.set(id, random() < 0.3 ? 1 + Math.floor(random() * MOST_FAILURES) : 0);
    refusals.set('poison', Number.POSITIVE_INFINITY);
    const again = Array.from({ length: DUPLICATES }, () => ids[Math.floor(random() * EVENTS)]!);
    const deliveries = [...ids, ...again, 'poison']
      .map((id) => ({ id, order: random() }))
      .sort((a, b) => a.order - b.order);
    const senders = Array.from({ length: 20 }, async () => {
      for (let next = deliveries.pop(); next; next = deliveries.pop()) await deliver(next.id);
    });
    await Promise.all(senders);
    expect(sent()).toBeGreaterThan(EVENTS + DUPLICATES);

    await untilHandled(() => deadLetters().visible === 1 && queue().inFlight === 0);

    expect(taken.map(({ key }) => key).sort()).toEqual([...ids].sort());
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: cloud.resource('Receiver/DeadLetters').physicalId }),
    );
    expect(Messages.map(({ Body }) => JSON.parse(Body!).id)).toEqual(['poison']);
  }, 120_000);

  it('refuses forged requests, which never reach the queue', async () => {
    const before = sent();
    const forged: Sending[] = [
      { id: 'forged-1', by: keptSecret('standard', 'x'.repeat(32)) },
      { id: 'forged-2', at: Date.now() - 301_000 },
      { id: 'forged-3', headers: { 'webhook-id': 'order-1' } },
    ];
    for (const request of forged) {
      const answer = await post(request);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: 'unverified' });
    }
    expect((await fetch(cloud.apiUrl, { method: 'POST', body: '{}' })).status).toBe(401);
    expect(sent()).toBe(before);
  });

  it('handles a poisonous event when it is mended and sent back', async () => {
    refusals.set('poison', 0);
    const from = cloud.resource('Receiver/DeadLetters').physicalId;
    clock.advance(60_000);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: from }));
    const QueueUrl = cloud.resource('Receiver/Queue').physicalId;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: Messages[0]!.Body! }));
    await eventually(() => expect(takenAs('poison')).toHaveLength(1));
  });

  it('takes events that come several in one request, and those it knows already are dropped', async () => {
    const body =
      '[{"id":"order-1","type":"a","data":0},{"id":"packed-1","type":"a","data":{"amount":1200.50}},{"id":"packed-2","type":"a","data":[ 1 ]}]';
    expect((await post({ id: 'bat_1', body, headers: { 'posthorn-batch': '3' } })).status).toBe(202);
    await eventually(() => expect(queue()).toMatchObject({ visible: 0, inFlight: 0 }));
    expect(takenAs('order-1', 'packed-1', 'packed-2').map(({ body }) => body)).toEqual(
      expect.arrayContaining(['{"order":"order-1"}', '{"amount":1200.50}', '[ 1 ]']),
    );
    expect(takenAs('order-1', 'packed-1', 'packed-2')).toHaveLength(3);
  });

  it('is a good endpoint', async () => {
    const { code, stdout } = await posthorn(
      `check-endpoint ${cloud.apiUrl}/ --skip largest-body quick in-parallel`,
      {
        env: { POSTHORN_WEBHOOK_SECRET: secret },
      },
    );
    expect(stdout).toContain('A good endpoint');
    expect(code).toBe(0);
  });

  it('takes the old secret and the new one while both are there', async () => {
    const next = keptSecret('standard', 'n'.repeat(32));
    expect((await post({ id: 'early', by: next })).status).toBe(401);
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: `${next} ${text}` }));
    // Functions keep a secret for a minute.
    clock.advance(60_000);
    expect((await post({ id: 'by-next', by: next })).status).toBe(202);
    expect((await post({ id: 'by-former' })).status).toBe(202);
    await eventually(() => expect(takenAs('by-next', 'by-former')).toHaveLength(2));
  });

  it('repeats what a worker had done and not yet marked when it died, under the same key', async () => {
    await deliver('twice');
    await eventually(() => expect(takenAs('twice')).toHaveLength(1));
    await eventually(() => expect(work.now).toBe(0));
    // As if the worker had died before the mark: its lease ends, and the queue hands the message out again.
    await dynamo.send(
      new UpdateItemCommand({
        TableName: cloud.resource('Receiver/Events').physicalId,
        Key: { id: { S: 'twice' } },
        UpdateExpression: 'SET leaseEnds = :now REMOVE doneAt',
        ExpressionAttributeValues: { ':now': { N: '0' } },
      }),
    );
    await deliver('twice');
    await eventually(() => expect(takenAs('twice')).toHaveLength(2));
  });

  it('does no more than its roles allow, and says why an event failed', () => {
    expect(cloud.denials).toEqual([]);
    expect(lines.some(({ text }) => text.includes('expected the shop to take event poison, got 503'))).toBe(
      true,
    );
    expect(lines.some(({ text: line }) => line.includes(text))).toBe(false);
  });
});
