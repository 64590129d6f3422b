import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, inject } from 'vitest';
import { type ApiClient, apiClient } from '../../local/api-client.ts';
import { type LocalCloud, type LocalCloudOptions, type LogLine, startLocalCloud } from '../../local/cloud.ts';
import { edits, shortCaches, withoutWindows } from './arbitrary/edits.ts';
import { eventually } from './eventually.ts';
import { onFileEnd } from './file-end.ts';
import { makeTenant } from './tenant.ts';

/** A delivery as the API shows it. */
export interface DeliveryView {
  readonly id: string;
  readonly event: { readonly id: string; readonly type: string };
  readonly subscriptionId: string;
  readonly targetId: string;
  readonly status: string;
  readonly reason?: string;
  readonly nextAttemptAt?: string;
  readonly attempts: readonly {
    readonly number: number;
    readonly at: string;
    readonly durationMs: number;
    readonly statusCode?: number;
    readonly error?: string;
    readonly detail?: string;
    readonly answer?: string;
    readonly request?: {
      readonly url: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly remoteAddress?: string;
      readonly failedIn?: string;
    };
  }[];
}

export interface List<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface TestCloud extends LocalCloud, AsyncDisposable {
  readonly api: ApiClient;
  readonly key: string;
  /** What functions and the cloud have printed. */
  readonly lines: readonly LogLine[];
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamo: DynamoDBDocumentClient;
  /** A request that may be refused. A header that is undefined is not sent. */
  request(
    method: string,
    path: string,
    body?: string | Uint8Array | object,
    headers?: Record<string, string | undefined>,
  ): Promise<HttpAnswer>;
  /** The deliveries of an event, as they are now. */
  deliveriesOfEvent(id: string): Promise<readonly DeliveryView[]>;
  /** The one delivery of an event, once it has this status. */
  delivery(eventId: string, status: string): Promise<DeliveryView>;
  /** Waits until no queue but the last holds a message. */
  settled(options?: { timeout?: number }): Promise<void>;
  /** Warnings of functions with this message, as JSON lines. */
  warnings(message: string): Record<string, unknown>[];
}

type CloudOptions = Partial<
  Pick<
    LocalCloudOptions,
    | 'assemblyDir'
    | 'clock'
    | 'edit'
    | 'foreignSecrets'
    | 'glueSchemas'
    | 'kafkaBrokers'
    | 'limits'
    | 'measure'
    | 'meter'
    | 'startEnvironment'
  >
>;

/**
 * A local cloud of the real template and bundles. It ends with the test file or, declared by `await using`, with the
 * test.
 * @param options by default the edit records outcomes at once, since most tests wait for them, and keeps caches short
 */
export async function startCloud(options: CloudOptions = {}): Promise<TestCloud> {
  const started = await start(options);
  onFileEnd(started.cloud.stop);
  return testCloud(started, started.key);
}

let shared: Promise<Started> | undefined;

/**
 * A new tenant in a cloud that the files of one process use in turn. For files whose leftover messages may be deleted,
 * and that count only what belongs to the tenant.
 */
export async function sharedCloud(): Promise<SharedCloud> {
  shared ??= start({});
  const started = await shared;
  onFileEnd(() => emptyQueues(started));
  return withTenant(started);
}

async function withTenant(started: Started): Promise<SharedCloud> {
  const operator = testCloud(started, started.key);
  const { id, key } = await makeTenant(operator);
  return { ...testCloud(started, key), tenant: id, operator, neighbour: () => withTenant(started) };
}

export interface SharedCloud extends TestCloud {
  /** The id of the tenant. */
  readonly tenant: string;
  /** The same cloud with the key made at deployment. */
  readonly operator: TestCloud;
  /** The same cloud with another new tenant. */
  neighbour(): Promise<SharedCloud>;
}

interface Started {
  readonly cloud: LocalCloud;
  readonly lines: readonly LogLine[];
  /** The first tenant's. */
  readonly key: string;
}

async function start(options: CloudOptions): Promise<Started> {
  const key = randomBytes(20).toString('hex');
  const lines: LogLine[] = [];
  const cloud = await startLocalCloud({
    assemblyDir: inject('assemblyDir'),
    secrets: { ApiKey: key },
    log: (line) => lines.push(line),
    edit: edits(withoutWindows, shortCaches),
    ...options,
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= cloud.stop();
    return stopped;
  };
  return { cloud: { ...cloud, stop }, lines, key };
}

/** A cloud as seen with this key. */
function testCloud({ cloud, lines }: Started, key: string): TestCloud {
  const api = apiClient(cloud.apiUrl, key);
  const config = cloud.awsClientConfig();

  const deliveriesOfEvent: TestCloud['deliveriesOfEvent'] = async (id) =>
    (await api.call<List<DeliveryView>>('GET', `/v1/events/${id}/deliveries?limit=200`)).items;

  return {
    ...cloud,
    [Symbol.asyncDispose]: cloud.stop,
    api,
    key,
    lines,
    sqs: new SQSClient(config),
    s3: new S3Client(config),
    dynamo: DynamoDBDocumentClient.from(new DynamoDBClient(config)),
    deliveriesOfEvent,

    request: (method, path, body, headers) =>
      request(`${cloud.apiUrl}${path}`, method, body, {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...headers,
      }),

    delivery: (eventId, status) =>
      eventually(async () => {
        const deliveries = await deliveriesOfEvent(eventId);
        expect(deliveries.map((delivery) => delivery.status)).toEqual([status]);
        return deliveries[0]!;
      }),

    settled: (wait) => eventually(() => expect(busyQueues(cloud)).toEqual([]), wait),

    warnings: (message) =>
      lines.flatMap(({ kind, text }) => {
        if (kind !== 'function' || !text.includes(`"message":${JSON.stringify(message)}`)) return [];
        return [JSON.parse(text) as Record<string, unknown>];
      }),
  };
}

/** Queues that hold messages, without the last. */
const busyQueues = (cloud: LocalCloud): string[] =>
  Object.entries(cloud.queues()).flatMap(([name, { visible, inFlight, delayed }]) =>
    !/quarantine/i.test(name) && visible + inFlight + delayed > 0
      ? [`${name}: ${visible} visible, ${inFlight} in flight, ${delayed} delayed`]
      : [],
  );

/** Deletes delayed messages once no running work can add to them. */
async function emptyQueues({ cloud }: Started): Promise<void> {
  const sqs = new SQSClient(cloud.awsClientConfig());
  const urls = cloud.resources.flatMap(({ type, physicalId }) =>
    type === 'AWS::SQS::Queue' ? [physicalId] : [],
  );
  await eventually(async () => {
    const inWork = Object.entries(cloud.queues()).filter(
      ([name, { visible, inFlight }]) => !/quarantine/i.test(name) && visible + inFlight > 0,
    );
    expect(inWork).toEqual([]);
    await Promise.all(urls.map((QueueUrl) => sqs.send(new PurgeQueueCommand({ QueueUrl }))));
    expect(busyQueues(cloud)).toEqual([]);
  });
}

async function request(
  url: string,
  method: string,
  body: string | Uint8Array | object | undefined,
  headers: Record<string, string | undefined>,
): Promise<HttpAnswer> {
  const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: Object.fromEntries(
      Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined),
    ),
    ...(body !== undefined && { body: (isRaw ? body : JSON.stringify(body)) as never }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
