/** One server on the loopback for all emulated services. The SDK's headers name the service. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLOUDWATCH_TARGET, type Metrics } from './cloudwatch.ts';
import type { Database } from './dynamodb.ts';
import type { Messaging } from './fauxqs.ts';
import { sendJson } from './http.ts';
import type { Vault } from './secrets.ts';

/** Longer than any SDK agent keeps an idle socket, so that no request meets a closing one. */
export const KEEP_ALIVE_MS = 120_000;

export interface Emulators {
  readonly messaging: Messaging;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly vault: Vault;
}

/** The endpoint's server, not yet listening: a queue's URL holds its port, so it must listen before queues exist. */
export function createEndpoint({ messaging, metrics, database, vault }: Emulators): Server {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const target = request.headers['x-amz-target'];
    const failed = (error: unknown): void => sendJson(response, 500, { message: String(error) });
    // S3 and SNS name no target; messaging distinguishes them.
    if (typeof target !== 'string' || target.startsWith('AmazonSQS.')) messaging.routing(request, response);
    else if (target.startsWith('DynamoDB_')) database.routing(request, response).catch(failed);
    else if (target.startsWith('secretsmanager.')) vault.routing(request, response).catch(failed);
    else if (target.startsWith(CLOUDWATCH_TARGET)) metrics.routing(request, response).catch(failed);
    else
      sendJson(response, 400, { __type: 'UnknownOperationException', message: `no emulator for ${target}` });
  });
  return server;
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
