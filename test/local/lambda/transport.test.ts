import { describe, expect, it } from 'vitest';
import type { FaultKind } from '../../../local/cloud.ts';
import { arnOf, assembly, lambda, ref, resource, role, start, until } from '../fixtures.ts';

/** A function that makes the calls in its event, over HTTP or through its port, one after another. */
const code = {
  fn: `
    const { env } = process;
    const transport = globalThis[Symbol.for('posthorn.transport')];
    const base = env.AWS_ENDPOINT_URL_DYNAMODB;
    const NAMES = { TABLE: env.TABLE, CLOSED_TABLE: env.CLOSED_TABLE, QUEUE: env.QUEUE, CLOSED_QUEUE: env.CLOSED_QUEUE,
      SECRET: env.SECRET, CLOSED_SECRET: env.CLOSED_SECRET };
    const filled = (text) => Object.entries(NAMES).reduce((filled, [name, value]) => filled.replaceAll('{' + name + '}', value), text);

    function requestOf({ target, body, key = env.AWS_ACCESS_KEY_ID, region = env.AWS_REGION, isSigned = true }) {
      const authorization = 'AWS4-HMAC-SHA256 Credential=' + key + '/20260101/' + region + '/x/aws4_request, SignedHeaders=none, Signature=none';
      return { method: 'POST', url: base + '/', body: filled(typeof body === 'string' ? body : JSON.stringify(body)),
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-date': '20260101T000000Z',
          ...(target && { 'x-amz-target': target }), ...(isSigned && { authorization }) } };
    }

    async function overHttp({ url, ...request }) {
      const answer = await fetch(url, request);
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    }

    const outcome = (promise) => promise.then(({ status }) => status, ({ name, code, message }) => ({ name, code, message }));
    const put = (pk) => transport(requestOf({ target: 'DynamoDB_20120810.PutItem', body: { TableName: '{TABLE}', Item: { pk: { S: pk } } } }));
    const get = (pk) => transport(requestOf({ target: 'DynamoDB_20120810.GetItem', body: { TableName: '{TABLE}', Key: { pk: { S: pk } } } }));
    const receive = (signal) => transport({ signal, ...requestOf({ target: 'AmazonSQS.ReceiveMessage', body: { QueueUrl: '{QUEUE}', WaitTimeSeconds: 20 } }) });

    const atStart = await get('start');
    const scenes = {
      calls: async ({ way, calls }) => {
        const answers = [];
        for (const call of calls) answers.push(await (way === 'http' ? overHttp : transport)(requestOf(call)));
        return answers;
      },
      start: () => atStart.status,
      elsewhere: ({ url }) => outcome(transport({ ...requestOf({ body: {} }), url: url.replace('{BASE}', base) })),
      odd: async () => {
        const answers = [];
        for (const odd of [{ headers: undefined }, { headers: { authorization: 5 } }, { body: undefined }, { headers: { 'x-amz-target': 'AmazonSQS.SendMessage' }, body: 5 }])
          answers.push((await transport({ ...requestOf({ body: {} }), ...odd })).status);
        return answers;
      },
      aborted: () => outcome(receive(AbortSignal.abort())),
      abort: async () => {
        const controller = new AbortController();
        const found = outcome(receive(controller.signal));
        controller.abort();
        return found;
      },
      many: async ({ count }) => {
        const names = Array.from({ length: count }, (_, index) => 'item-' + index);
        await Promise.all(names.map(put));
        const answers = await Promise.all(names.map(get));
        return answers.every(({ body }, index) => JSON.parse(body).Item.pk.S === names[index]);
      },
      leave: () => void put('left'),
      exit: () => { put('exit'); process.exit(); },
      exited: async () => JSON.parse((await get('exit')).body).Item?.pk.S ?? null,
      left: async () => JSON.parse((await get('left')).body).Item?.pk.S ?? null,
      hang: () => receive(),
    };
    export const handler = (event) => scenes[event.scene](event);`,
};

const pkOnly = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};
const secret = { GenerateSecretString: { PasswordLength: 40 } };

async function startFunction() {
  const cloud = await start(
    assembly(
      {
        Queue: resource('AWS::SQS::Queue', { QueueName: 'open' }),
        ClosedQueue: resource('AWS::SQS::Queue', { QueueName: 'closed' }),
        Table: resource('AWS::DynamoDB::Table', pkOnly),
        ClosedTable: resource('AWS::DynamoDB::Table', pkOnly),
        Secret: resource('AWS::SecretsManager::Secret', secret),
        ClosedSecret: resource('AWS::SecretsManager::Secret', secret),
        Role: role(
          ['dynamodb:*', arnOf('Table')],
          ['sqs:*', arnOf('Queue')],
          ['secretsmanager:*', ref('Secret')],
          ['cloudwatch:*', '*'],
        ),
        Fn: lambda('fn', 'Role', {
          Timeout: 20,
          Environment: {
            Variables: {
              QUEUE: ref('Queue'),
              CLOSED_QUEUE: ref('ClosedQueue'),
              TABLE: ref('Table'),
              CLOSED_TABLE: ref('ClosedTable'),
              SECRET: ref('Secret'),
              CLOSED_SECRET: ref('ClosedSecret'),
            },
          },
        }),
        Hasty: lambda('fn', 'Role', {
          Timeout: 1,
          Environment: { Variables: { TABLE: ref('Table'), QUEUE: ref('Queue') } },
        }),
      },
      code,
    ),
  );
  const play = (scene: string, more: object = {}, name = 'Fn') =>
    cloud.functions.get(name)!.invoke({ scene, ...more });
  return { cloud, play };
}

type Cloud = Awaited<ReturnType<typeof startFunction>>;

interface Call {
  /** What is seen by it. */
  readonly name: string;
  readonly target?: string;
  readonly body: object | string;
  readonly key?: string;
  readonly region?: string;
  readonly isSigned?: boolean;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const dynamodb = (operation: string, body: object | string, more: Partial<Call> = {}): Call => ({
  name: operation,
  target: `DynamoDB_20120810.${operation}`,
  body,
  ...more,
});
const sqs = (operation: string, body: object | string, more: Partial<Call> = {}): Call => ({
  name: operation,
  target: `AmazonSQS.${operation}`,
  body,
  ...more,
});
const secrets = (operation: string, body: object | string, more: Partial<Call> = {}): Call => ({
  name: operation,
  target: `secretsmanager.${operation}`,
  body,
  ...more,
});
const cloudwatch = (operation: string, body: object | string, more: Partial<Call> = {}): Call => ({
  name: operation,
  target: `GraniteServiceVersion20100801.${operation}`,
  body,
  ...more,
});

const TableName = '{TABLE}';
const QueueUrl = '{QUEUE}';
const Key = { pk: { S: 'a' } };
const Item = { ...Key, text: { S: 'ä 🎉' } };
const keyed = { ExpressionAttributeValues: { ':a': { S: 'a' } }, KeyConditionExpression: 'pk = :a' };
const batchWrite = {
  RequestItems: { [TableName]: ['b', 'c'].map((pk) => ({ PutRequest: { Item: { pk: { S: pk } } } })) },
};
const sendBatch = { QueueUrl, Entries: ['1', '2'].map((Id) => ({ Id, MessageBody: `{"n":"ö ${Id}"}` })) };
const ages = {
  StartTime: 1_767_225_600,
  EndTime: 4_102_444_800,
  MetricDataQueries: [
    {
      Id: 'a',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/SQS',
          MetricName: 'ApproximateAgeOfOldestMessage',
          Dimensions: [{ Name: 'QueueName', Value: 'nobody' }],
        },
        Period: 60,
        Stat: 'Maximum',
      },
    },
  ],
};

/** Every operation that functions use, so that each leaves the table as it was. */
const GOOD: readonly Call[] = [
  dynamodb('PutItem', { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }),
  dynamodb('GetItem', { TableName, Key }),
  dynamodb('UpdateItem', { TableName, Key, UpdateExpression: 'SET n = :a', ...values('1') }),
  dynamodb('Query', { TableName, ...keyed }),
  dynamodb('BatchWriteItem', batchWrite),
  dynamodb('BatchGetItem', { RequestItems: { [TableName]: { Keys: [Key] } } }),
  dynamodb('Scan', { TableName }),
  dynamodb('DeleteItem', { TableName, Key, ReturnValues: 'ALL_OLD' }),
  sqs('SendMessage', { QueueUrl, MessageBody: 'ä 🎉' }),
  sqs('SendMessageBatch', sendBatch),
  sqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] }),
  secrets('GetSecretValue', { SecretId: '{SECRET}' }),
  cloudwatch('GetMetricData', ages),
];

const DENIED: readonly Call[] = [
  dynamodb('PutItem', { TableName: '{CLOSED_TABLE}', Item }),
  dynamodb('BatchWriteItem', { RequestItems: { '{CLOSED_TABLE}': [{ PutRequest: { Item } }] } }),
  dynamodb('Query', { TableName: '{CLOSED_TABLE}', ...keyed }),
  dynamodb('GetItem', { TableName, Key }, { name: 'in another region', region: 'eu-central-1' }),
  sqs('SendMessage', { QueueUrl: '{CLOSED_QUEUE}', MessageBody: 'x' }),
  sqs('SendMessageBatch', { ...sendBatch, QueueUrl: '{CLOSED_QUEUE}' }),
  secrets('GetSecretValue', { SecretId: '{CLOSED_SECRET}' }),
];

/** As if somebody had changed the key that a request names. */
const TAMPERED: readonly Call[] = [
  dynamodb('GetItem', { TableName, Key }),
  sqs('SendMessage', { QueueUrl, MessageBody: 'x' }),
  secrets('GetSecretValue', { SecretId: '{SECRET}' }),
  cloudwatch('GetMetricData', ages),
].map((call) => ({ ...call, key: 'LOCALDEADBEEF' }));

const FAULTY: readonly Call[] = [
  dynamodb('PutItem', { TableName, Item: { pk: { N: '1' } } }),
  dynamodb('UpdateItem', {
    TableName,
    Key,
    UpdateExpression: 'SET n = :a',
    ConditionExpression: 'attribute_exists(pk)',
    ...values('1'),
  }),
  dynamodb('PutItem', 'no JSON'),
  dynamodb('FlyToMoon', { TableName }),
  sqs('SendMessage', { QueueUrl }),
  sqs('SendMessageBatch', { QueueUrl, Entries: [] }),
  sqs('SendMessage', 'no JSON'),
  secrets('GetSecretValue', 'no JSON'),
  secrets('PutSecretValue', { SecretId: '{SECRET}' }),
  cloudwatch('GetMetricData', { StartTime: 1, EndTime: 2, MetricDataQueries: [] }),
  cloudwatch('ListMetrics', {}),
  { name: 'no such service', target: 'Nobody_20200101.Do', body: {} },
  ...[...GOOD, ...DENIED].map((call) => ({ ...call, name: `unsigned ${call.name}`, isSigned: false })),
];

function values(n: string) {
  return { ExpressionAttributeValues: { ':a': { N: n } } };
}

/** Headers of a connection, or different with each answer. */
const NOT_COMPARED = [
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'x-amz-request-id',
  'x-amzn-requestid',
];

/** Ids are different with each message. */
const withoutIds = (text: string): string =>
  text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'uuid');

const comparable = ({ status, headers, body }: Answer): object => ({
  status,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_COMPARED.includes(name))),
  body: withoutIds(body),
});

async function answers({ play }: Cloud, way: 'http' | 'port', calls: readonly Call[]) {
  const all = (await play('calls', { way, calls })) as Answer[];
  return all.map((answer, index) => ({ call: calls[index]!.name, ...comparable(answer), answer }));
}

async function bothWays(cloud: Cloud, calls: readonly Call[]): Promise<readonly Answer[]> {
  const [http, port] = [await answers(cloud, 'http', calls), await answers(cloud, 'port', calls)];
  const seen = (all: typeof http): object[] => all.map(({ answer, ...rest }) => rest);
  expect(seen(port)).toEqual(seen(http));
  return port.map(({ answer }) => answer);
}

describe('a call through the port (E1)', { timeout: 30_000 }, () => {
  it('gets the answer that it gets over HTTP, be it good, denied or faulty', async () => {
    const cloud = await startFunction();
    expect((await bothWays(cloud, GOOD)).map(({ status }) => status)).toEqual(GOOD.map(() => 200));
    const queued = cloud.cloud.queues().open!.visible;
    const denied = await bothWays(cloud, [...DENIED, ...TAMPERED]);
    for (const { status, body } of denied) {
      expect([400, 403]).toContain(status);
      expect(body).toContain('is not authorized to perform');
    }
    const faulty = await bothWays(cloud, FAULTY);
    for (const { status } of faulty) expect(status).toBeGreaterThanOrEqual(400);
    expect(cloud.cloud.queues().open!.visible).toBe(queued);
  });

  it('is denied to a key that was tampered with, and says so', async () => {
    const { cloud, play } = await startFunction();
    await play('calls', { way: 'port', calls: TAMPERED });
    expect(cloud.denials.map(({ functionName, action }) => [functionName, action])).toEqual([
      ['unknown', 'dynamodb:GetItem'],
      ['unknown', 'sqs:SendMessage'],
      ['unknown', 'secretsmanager:GetSecretValue'],
      ['unknown', 'cloudwatch:GetMetricData'],
    ]);
  });

  it('is disturbed as over HTTP', async () => {
    const cloud = await startFunction();
    const calls = {
      dynamodb: [dynamodb('PutItem', { TableName, Item }), dynamodb('BatchWriteItem', batchWrite)],
      sqs: [sqs('SendMessage', { QueueUrl, MessageBody: 'x' }), sqs('SendMessageBatch', sendBatch)],
    };
    await cloud.play('start');
    const kinds: readonly FaultKind[] = ['internal', 'unknown', 'unavailable', 'throttled', 'partial'];
    for (const service of ['dynamodb', 'sqs'] as const) {
      for (const kind of kinds) {
        const calm = cloud.cloud.disturb(service, { kinds: [kind], random: () => 0.3 });
        const [single, batch] = await bothWays(cloud, calls[service]);
        expect(calm()).toBe(4);
        expect(single!.status).toBeGreaterThanOrEqual(400);
        expect(batch!.status === 200).toBe(kind === 'partial');
      }
    }
  });

  it('can be made while the bundle loads', async () => {
    const { play } = await startFunction();
    expect(await play('start')).toBe(200);
  });

  it('reaches the emulators and no other host', async () => {
    const { play } = await startFunction();
    const refused = (host: string) => ({
      name: 'Error',
      code: 'ECONNREFUSED',
      message: expect.stringContaining(`connect ECONNREFUSED ${host}`),
    });
    expect(await play('elsewhere', { url: 'https://dynamodb.us-east-1.amazonaws.com/' })).toEqual(
      refused('dynamodb.us-east-1.amazonaws.com'),
    );
    // It begins like the address of the emulators.
    expect(await play('elsewhere', { url: '{BASE}@example.com/' })).toEqual(refused('example.com'));
  });

  it('may be anything', async () => {
    const { play } = await startFunction();
    expect(await play('odd')).toEqual([400, 400, 403, 400]);
    expect(await play('start')).toBe(200);
  });

  it('can be aborted, before and while it waits', async () => {
    const { play } = await startFunction();
    expect(await play('aborted')).toMatchObject({ name: 'AbortError' });
    expect(await play('abort')).toMatchObject({ name: 'AbortError' });
    expect(await play('many', { count: 3 })).toBe(true);
  });

  it('is told apart from many at once', async () => {
    const { play } = await startFunction();
    expect(await play('many', { count: 300 })).toBe(true);
  });

  it('is made although its invocation does not wait for it', async () => {
    const { play } = await startFunction();
    await play('leave');
    await until(async () => (await play('left')) === 'left');
  });

  it('is made although its worker exits at once', async () => {
    const { play } = await startFunction();
    await expect(play('exit')).rejects.toMatchObject({ name: 'Runtime.ExitError' });
    await until(async () => (await play('exited')) === 'exit');
  });

  it('may wait when its worker times out or is killed', async () => {
    const { cloud, play } = await startFunction();
    await expect(play('hang', {}, 'Hasty')).rejects.toThrow('Task timed out after 1.00 seconds');
    const hasty = cloud.functions.get('Hasty')!;
    expect(await play('start', {}, 'Hasty')).toBe(200);
    const killed = play('hang', {}, 'Hasty').catch((error: Error) => error.name);
    expect(await hasty.kill(0)).toBe(true);
    expect(await killed).toBe('Runtime.ExitError');
    expect(await play('start', {}, 'Hasty')).toBe(200);
  });
});
