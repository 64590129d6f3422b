import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Schema {
  readonly schema: string;
  readonly schemaType?: string;
  readonly references?: readonly {
    readonly name: string;
    readonly subject: string;
    readonly version: number;
  }[];
}

export interface SchemaRegistryServer extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for, oldest first. */
  readonly asked: readonly string[];
  /** What it answers with instead of schemas; undefined: it works. */
  broken: { readonly status: number; readonly body: string } | undefined;
}

/**
 * A registry with Confluent's API. https://docs.confluent.io/platform/current/schema-registry/develop/api.html
 * @param schemas by path: `schemas/ids/7`, `subjects/address/versions/1`
 * @param authorization the header that it asks for; undefined: none
 */
export async function startSchemaRegistry(
  schemas: Readonly<Record<string, Schema>>,
  authorization?: string,
): Promise<SchemaRegistryServer> {
  const asked: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url!.slice(1);
    asked.push(path);
    const send = (status: number, body: string): void => {
      response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' }).end(body);
    };
    const found = schemas[path];
    if (registry.broken) send(registry.broken.status, registry.broken.body);
    else if (request.headers.authorization !== authorization)
      send(401, JSON.stringify({ error_code: 401, message: 'Unauthorized' }));
    else if (found) send(200, JSON.stringify(found));
    else send(404, JSON.stringify({ error_code: 40403, message: 'Schema not found' }));
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registry: SchemaRegistryServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    broken: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return registry;
}
