import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError, hopeAfter } from '../../../../lambdas/platform/aws/aws-error.ts';
import { endpointOf } from '../../../../lambdas/platform/aws/endpoint.ts';
import { Sha256 } from '../../../helpers/sha256.ts';

interface Seen {
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A service that answers as told, and at last with an empty object. `hang up` breaks the connection, `break off` within the answer. */
const seen: Seen[] = [];
const answers: (Answer | 'hang up' | 'break off' | 'say nothing')[] = [];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  seen.push({ headers: request.headers as Seen['headers'], body: Buffer.concat(chunks).toString() });
  const answer = answers.shift() ?? {};
  if (answer === 'hang up') return request.socket.destroy();
  if (answer === 'say nothing') return;
  if (answer === 'break off') {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{}', () => request.socket.destroy());
    return;
  }
  response.writeHead(answer.status ?? 200, {
    'content-type': 'application/x-amz-json-1.0',
    ...answer.headers,
  });
  response.end(answer.body ?? '{}');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' };
Object.assign(process.env, {
  AWS_ENDPOINT_URL_SQS: endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
  AWS_LAMBDA_FUNCTION_NAME: 'fn',
  _X_AMZN_TRACE_ID: 'Root=1-2-3;Parent=4;Sampled=0;Lineage=1:abcdef:0',
});
// Clients look for the endpoint when they are made.
const { awsClient } = await import('../../../../lambdas/platform/aws/aws-client.ts');
const { dynamo } = await import('../../../../lambdas/platform/aws/dynamodb.ts');
const sqs = awsClient('sqs');
const sdk = {
  sqs: new SQSClient({ useQueueUrlAsEndpoint: false, md5: false }),
  dynamo: DynamoDBDocumentClient.from(new DynamoDBClient(), {
    marshallOptions: { removeUndefinedValues: true },
  }),
};

const MESSAGES = {
  QueueUrl: 'https://q/1/x',
  Entries: [{ Id: '0', MessageBody: '{"name":"Österreich 🐎"}' }],
};

afterAll(() => server.close().closeAllConnections());
beforeEach(() => {
  seen.length = 0;
  answers.length = 0;
});

describe('a request', () => {
  it('is what the SDK sends: the same body, target, trace and session', async () => {
    await sqs('SendMessageBatch', MESSAGES);
    await sdk.sqs.send(new SendMessageBatchCommand(MESSAGES));
    const update: UpdateCommandInput = {
      TableName: 't',
      Key: { pk: 'a', sk: 'b' },
      UpdateExpression: 'SET #a = :a REMOVE b',
      ExpressionAttributeNames: { '#a': 'a' },
      ExpressionAttributeValues: {
        ':a': {
          n: 1.5,
          list: [true, null, 'x', undefined],
          bytes: Buffer.from('ü'),
          set: new Set(['s']),
          gone: undefined,
        },
      },
      ReturnValues: 'ALL_NEW',
    };
    await dynamo.update(update);
    await sdk.dynamo.send(new UpdateCommand(update));
    const shown = seen.map(({ headers, body }) => ({
      body: JSON.parse(body),
      ...Object.fromEntries(
        ['content-type', 'x-amz-target', 'x-amzn-trace-id', 'x-amz-security-token', 'host'].map((name) => [
          name,
          headers[name],
        ]),
      ),
    }));
    expect(shown[0]).toEqual(shown[1]);
    expect(shown[2]).toEqual(shown[3]);
    expect(shown[0]).toMatchObject({ 'x-amzn-trace-id': process.env._X_AMZN_TRACE_ID });
  });

  it('has a signature that AWS’s own signer makes of it, over all headers that matter', async () => {
    await sqs('SendMessageBatch', MESSAGES);
    const { headers, body } = seen[0]!;
    const signedHeaders = /SignedHeaders=([^,]+)/.exec(headers.authorization!)![1]!.split(';');
    expect(signedHeaders).toEqual(
      expect.arrayContaining(['content-type', 'host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']),
    );
    const signer = new SignatureV4({
      credentials,
      region: 'eu-central-1',
      service: 'sqs',
      sha256: Sha256,
      applyChecksum: false,
    });
    const again = await signer.sign(
      {
        method: 'POST',
        protocol: 'http:',
        hostname: '127.0.0.1',
        path: '/',
        headers: Object.fromEntries(signedHeaders.map((name) => [name, headers[name]!])),
        body,
      },
      { signingDate: dateOf(headers['x-amz-date']!), signableHeaders: new Set(signedHeaders) },
    );
    const signature = (authorization: string) => /Signature=(\w+)/.exec(authorization)![1];
    expect(signature(again.headers.authorization!)).toBe(signature(headers.authorization!));
  });
});

const dateOf = (text: string): Date =>
  new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

describe('an endpoint', () => {
  const names = ['AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_DYNAMODB'];
  const kept = names.map((name) => process.env[name]!);
  beforeEach(() => {
    for (const name of names) delete process.env[name];
  });
  afterEach(() => {
    names.forEach((name, i) => {
      process.env[name] = kept[i]!;
    });
  });

  const CLIENTS = {
    sqs: SQSClient,
    dynamodb: DynamoDBClient,
    secretsmanager: SecretsManagerClient,
    monitoring: CloudWatchClient,
  };

  it.each(
    (Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]).flatMap((service) =>
      [
        'us-east-1',
        'eu-central-1',
        'ap-southeast-7',
        'us-gov-west-1',
        'cn-north-1',
        'us-iso-east-1',
        'us-isob-east-1',
        'us-isof-south-1',
        'eu-isoe-west-1',
        'eusc-de-east-1',
      ].map((region) => [service, region] as const),
    ),
  )('of %s in %s is the SDK’s', (service, region) => {
    const { endpointProvider } = new CLIENTS[service]({ region }).config;
    const { url } = endpointProvider({ Region: region } as never);
    expect(`${endpointOf(service, region)}/`).toBe(url.href);
  });
});

describe('a refusal', () => {
  it.each([
    {
      body: '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}',
      name: 'ConditionalCheckFailedException',
      message: 'no',
    },
    {
      body: '{"__type":"com.amazon.coral.validate#ValidationException","Message":"bad"}',
      name: 'ValidationException',
      message: 'bad',
    },
    {
      body: '{"__type":"x#InvalidSignatureException","message":"no match\\n\\nThe Canonical String: x-amz-security-token:session"}',
      name: 'InvalidSignatureException',
      message: 'no match',
    },
    { body: '{"code":"AccessDenied:http://x/"}', name: 'AccessDenied', message: 'AccessDenied, status 400' },
    { body: '<html>bad gateway</html>', name: 'UnknownError', message: 'UnknownError, status 400' },
    { body: '[]', name: 'UnknownError', message: 'UnknownError, status 400' },
    {
      body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"none"}',
      headers: { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
      name: 'QueueDoesNotExist',
      message: 'none',
      queryCode: 'NonExistentQueue',
    },
  ])('$body is $name', async ({ body, headers, name, message, queryCode }) => {
    answers.push({ status: 400, body, ...(headers && { headers }) });
    const error = await sqs('SendMessageBatch', MESSAGES).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AwsError);
    expect(error).toMatchObject({ name, message, status: 400, queryCode });
    expect(seen).toHaveLength(1);
  });
});

describe('a request that fails', () => {
  const throttled = { status: 400, body: '{"__type":"x#ProvisionedThroughputExceededException"}' };

  it.each<[string, (typeof answers)[number]]>([
    ['a fault of the service', { status: 500 }],
    ['a gateway without the service', { status: 503, body: 'unavailable' }],
    ['throttling by DynamoDB', throttled],
    [
      'throttling by SQS',
      { status: 403, body: '{}', headers: { 'x-amzn-query-error': 'RequestThrottled;Sender' } },
    ],
    ['a broken connection', 'hang up'],
    ['an answer that breaks off', 'break off'],
    ['an answer of something else', { body: '<html>one moment</html>' }],
    ['an answer that says nothing', { body: '' }],
    [
      'a signature that came late',
      {
        status: 403,
        body: '{"__type":"InvalidSignatureException","message":"Signature expired: 2 is now earlier than 1"}',
      },
    ],
  ])('by %s is made again, signed anew', async (_, answer) => {
    answers.push(answer, { body: '{"Failed":[]}' });
    expect(await sqs('SendMessageBatch', MESSAGES)).toEqual({ Failed: [] });
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['EAI_AGAIN', 'soon'],
    ['ENOTFOUND', 'soon'],
    ['ERR_INVALID_URL', 'none'],
  ])('by %s is tried again %s', (code, hope) => {
    expect(hopeAfter(Object.assign(new Error('no'), { code }))).toBe(hope);
  });

  it('because its kept connection was closed is made again', async () => {
    await sqs('SendMessageBatch', MESSAGES);
    server.closeIdleConnections();
    expect(await sqs('SendMessageBatch', MESSAGES)).toEqual({});
  });

  it('is given up after three times, or as often as told', async () => {
    answers.push(...Array.from({ length: 9 }, () => ({ status: 500 })));
    await expect(sqs('SendMessageBatch', MESSAGES)).rejects.toMatchObject({ status: 500 });
    expect(seen).toHaveLength(3);
    await expect(awsClient('sqs', { tries: 1 })('SendMessageBatch', MESSAGES)).rejects.toThrow(AwsError);
    expect(seen).toHaveLength(4);
  });

  it('ends with its signal’s reason, while it waits for an answer and while it waits to be made again', async () => {
    for (const answer of ['say nothing', { status: 500 }] as const) {
      answers.push(answer, answer, answer);
      const call = sqs('SendMessageBatch', MESSAGES, { abortSignal: AbortSignal.timeout(20) });
      await expect(call).rejects.toMatchObject({
        name: answer === 'say nothing' ? 'TimeoutError' : expect.any(String),
      });
    }
  });
});
