import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, expect, inject } from 'vitest';
import { type ApiClient, apiClient } from '../../local/api-client.ts';
import { type LocalCloud, type LocalCloudOptions, type LogLine, startLocalCloud } from '../../local/cloud.ts';
import { edits, shortCaches, withoutWindows } from './arbitrary/edits.ts';
import { eventually } from './eventually.ts';

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
  /** The one delivery of an event, once it has come to this status. */
  delivery(eventId: string, status: string): Promise<DeliveryView>;
  /** Waits until nothing is under way: no message in any queue but the last. */
  settled(options?: { timeout?: number }): Promise<void>;
  /** What functions warned of, as JSON lines with this message. */
  warnings(message: string): Record<string, unknown>[];
}

const running = new Set<LocalCloud>();

afterAll(async () => {
  await Promise.all([...running].map((cloud) => cloud.stop()));
});

/**
 * A local cloud of the real template and bundles. It ends with the test file, or, declared by `await using`, with
 * the test.
 * @param options the edit is by default that outcomes are recorded at once, since most tests wait for them, and that what
 *   functions have read is soon forgotten
 */
export async function startCloud(
  options: Partial<Pick<LocalCloudOptions, 'assemblyDir' | 'edit' | 'meter' | 'limits'>> = {},
): Promise<TestCloud> {
  const key = randomBytes(20).toString('hex');
  const lines: LogLine[] = [];
  const cloud = await startLocalCloud({
    assemblyDir: inject('assemblyDir'),
    secrets: { ApiKey: key },
    log: (line) => lines.push(line),
    edit: edits(withoutWindows, shortCaches),
    ...options,
  });
  running.add(cloud);
  const api = apiClient(cloud.apiUrl, key);
  const config = cloud.awsClientConfig();

  const deliveriesOfEvent: TestCloud['deliveriesOfEvent'] = async (id) =>
    (await api.call<List<DeliveryView>>('GET', `/v1/events/${id}/deliveries?limit=200`)).items;

  return {
    ...cloud,
    [Symbol.asyncDispose]: async () => {
      running.delete(cloud);
      await cloud.stop();
    },
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

    settled: (wait) =>
      eventually(() => {
        const busy = Object.entries(cloud.queues()).filter(
          ([name, { visible, inFlight, delayed }]) =>
            !/quarantine/i.test(name) && visible + inFlight + delayed > 0,
        );
        expect(busy).toEqual([]);
      }, wait),

    warnings: (message) =>
      lines.flatMap(({ kind, text }) => {
        if (kind !== 'function' || !text.includes(`"message":${JSON.stringify(message)}`)) return [];
        return [JSON.parse(text) as Record<string, unknown>];
      }),
  };
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
