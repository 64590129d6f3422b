/** What the resources of HTTP and WebSocket APIs share. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { LocalFunction } from '../lambda/function.ts';
import { KEEP_ALIVE_MS, listen } from '../services/endpoint.ts';
import type { Identity } from './resource.ts';
import { type Api, functionByArn, type World } from './world.ts';

type Common = Pick<Api, 'id' | 'name' | 'region' | 'server' | 'url' | 'integrations'>;

/** Adds an API with a server that listens already. It answers when the deployment has ended. */
export async function addApi<T extends Api>(
  world: World,
  { defaultName, constructName, region }: Identity,
  port: number,
  complete: (common: Common) => T,
): Promise<T> {
  const id = createHash('sha256').update(defaultName).digest('hex').slice(0, 10);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const url = await listen(server, port);
  const api = complete({ id, name: constructName, region, server, url, integrations: new Map() });
  world.apis.set(id, api);
  return api;
}

/**
 * The function of an integration or authorizer.
 * @param uri its ARN, or API Gateway's `arn:…:path/2015-03-31/functions/<arn>/invocations`
 */
export function functionOf(world: World, uri: string): LocalFunction {
  return functionByArn(world, /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri);
}
