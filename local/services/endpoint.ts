/**
 * The one way into all emulated services, and the server on the loopback through which other processes and the AWS SDK
 * take it. A function's worker takes it through its port, see ../lambda/worker.ts.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Emulator, jsonAnswer, type ServiceAnswer, type ServiceCall, serviceCall } from './call.ts';
import { CLOUDWATCH_TARGET, type Metrics } from './cloudwatch.ts';
import type { Database } from './dynamodb/dynamodb.ts';
import { EVENTS_TARGET, type EventsApi } from './events/events-api.ts';
import type { Glue } from './glue.ts';
import { readBody } from './http.ts';
import { LOGS_TARGET, type LogsApi } from './logs/logs-api.ts';
import type { S3 } from './s3/s3.ts';
import type { Vault } from './secrets.ts';
import { isSes, type Ses } from './ses.ts';
import { isSns, type Sns } from './sns.ts';
import type { Sqs } from './sqs/sqs.ts';

/** Longer than any SDK agent keeps an idle socket, so that no request meets a closing one. */
export const KEEP_ALIVE_MS = 120_000;

export interface Emulators {
  readonly s3: S3;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly vault: Vault;
  readonly glue: Glue;
  readonly ses: Ses;
  readonly logsApi: LogsApi;
  readonly eventsApi: EventsApi;
}

/** All services as one: the header that names the operation names the service, and a path does for those without it. */
export function allServices({
  s3,
  ses,
  sns,
  sqs,
  metrics,
  database,
  vault,
  logsApi,
  eventsApi,
  glue,
}: Emulators): Emulator {
  const byTarget: readonly (readonly [prefix: string, service: Emulator])[] = [
    ['DynamoDB_', database],
    ['AmazonSQS.', sqs],
    ['secretsmanager.', vault],
    ['AWSGlue.', glue],
    [CLOUDWATCH_TARGET, metrics],
    [LOGS_TARGET, logsApi],
    [EVENTS_TARGET, eventsApi],
  ];
  const serviceOf = (call: ServiceCall): Emulator | undefined => {
    const target = call.headers['x-amz-target'];
    if (target === undefined && isSes(call)) return ses;
    if (target === undefined) return isSns(call) ? sns : s3;
    return byTarget.find(([prefix]) => target.startsWith(prefix))?.[1];
  };
  return {
    async answer(call) {
      const service = serviceOf(call);
      if (!service)
        return jsonAnswer(400, 'application/json', {
          __type: 'UnknownOperationException',
          message: `no emulator for ${call.headers['x-amz-target']}`,
        });
      try {
        return await service.answer(call);
      } catch (error) {
        return failure(error);
      }
    },
  };
}

const failure = (error: unknown): ServiceAnswer =>
  jsonAnswer(500, 'application/json', { message: String(error) });

/** The endpoint's server, not yet listening: a queue's URL holds its port, so it must listen before queues exist. */
export function createEndpoint(services: Emulator): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, async (request, response) => {
    // The caller is gone when its request breaks off.
    const call = await callOf(request).catch(() => undefined);
    if (!call) return;
    const answer = await services.answer(call);
    try {
      send(response, answer);
    } catch (error) {
      // Such as a header that came through a function's port, and that HTTP can't carry.
      send(response, failure(error));
    }
  });
}

async function callOf(request: IncomingMessage): Promise<ServiceCall> {
  const body = await readBody(request);
  const headers = request.headers as Record<string, string | undefined>;
  return serviceCall({ method: request.method ?? 'GET', path: request.url ?? '/', headers, body });
}

function send(response: ServerResponse, { status, headers, body }: ServiceAnswer): void {
  response.writeHead(status, {
    ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }),
    ...headers,
  });
  response.end(body);
}

/** Listens on the loopback only. */
export async function listen(server: Server, port = 0): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Closes a server with its idle and busy connections. */
export function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
}
