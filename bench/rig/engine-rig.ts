import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { EndpointHealth } from '../../lambdas/endpoint-health/health.ts';
import { healthPartition } from '../../lambdas/endpoint-health/health-store.ts';
import { FIRST_TENANT } from '../../lambdas/tenants/tenant-defaults.ts';
import { type ApiClient, apiClient } from '../../local/api-client.ts';
import { synthesise } from '../../local/template/synth.ts';
import { type Child, startChild } from './child.ts';
import type { CloudCalls, CloudOptions } from './cloud-process.ts';
import type { EndpointCalls } from './endpoint-process.ts';
import { type Load, startLoad } from './load.ts';

/** The local cloud and an endpoint that can fail, each a process, and the operator's view. */
export interface EngineRig {
  readonly cloud: Child<CloudCalls>;
  readonly endpoint: Child<EndpointCalls>;
  readonly api: ApiClient;
  readonly apiUrl: string;
  readonly table: DynamoDBDocumentClient;
  readonly stateTable: string;
  readonly logTable: string;
  /** Subscribes a new target to an event type. @param path the endpoint's path, which decides its answers */
  subscribe(type: string, path: string, options?: object): Promise<Subscribed>;
  /** Waits until this many different events got a 200, or none did for a while. */
  delivered(count: number, patienceMs?: number): Promise<void>;
  /** Waits until every queue is empty. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

export interface Subscribed {
  readonly id: string;
  readonly targetId: string;
  /** Publishes events for this subscription. */
  readonly load: Load;
}

const KEY = 'bench';
const POLL_MS = 50;

export async function startEngineRig({
  metered = false,
  forgetful = false,
}: Partial<Pick<CloudOptions, 'metered' | 'forgetful'>> = {}): Promise<EngineRig> {
  const options: CloudOptions = { assemblyDir: await synthesise(), key: KEY, metered, forgetful };
  const [cloud, endpoint] = await Promise.all([
    startChild<CloudCalls>('./cloud-process.ts', options),
    startChild<EndpointCalls>('./endpoint-process.ts', {}),
  ]);
  const apiUrl = await cloud.call('apiUrl');
  const endpointUrl = await endpoint.call('url');
  const { config, stateTable, logTable } = await cloud.call('operator');
  const api = apiClient(apiUrl, KEY);
  const loads: Load[] = [];
  return {
    cloud,
    endpoint,
    api,
    apiUrl,
    table: DynamoDBDocumentClient.from(new DynamoDBClient(config)),
    stateTable,
    logTable,
    async subscribe(type, path, more = {}) {
      const subscribed = await api.subscribe({ url: endpointUrl + path, events: [type], ...more });
      const load = startLoad(apiUrl, KEY, () => ({ type }));
      loads.push(load);
      return { ...subscribed, load };
    },
    async delivered(count, patienceMs = 30_000) {
      let best = { count: 0, at: Date.now() };
      while (best.count < count && Date.now() - best.at < patienceMs) {
        await sleep(POLL_MS);
        const now = await endpoint.call('delivered');
        if (now > best.count) best = { count: now, at: Date.now() };
      }
    },
    async drained() {
      while ((await cloud.call('status')).queued > 0) await sleep(POLL_MS);
    },
    async stop() {
      await Promise.all(loads.map((load) => load.close()));
      await Promise.all([cloud.stop(), endpoint.stop()]);
    },
  };
}

/** Stores endpoint health that the target has not earned. */
export async function putHealth(
  { table, stateTable }: EngineRig,
  { targetId }: Subscribed,
  health: Partial<EndpointHealth>,
): Promise<void> {
  const key = { pk: healthPartition(FIRST_TENANT), sk: targetId };
  const Item = { ...key, failed: 0, ok: 0, countedSince: 0, ...health, revision: 1 };
  await table.send(new PutCommand({ TableName: stateTable, Item }));
}

/** Health of a target that answers fast. */
export const proven = (): Partial<EndpointHealth> => ({ provenAt: Date.now() });

/**
 * Health of a target with so many successes that no failure counts: its breaker never opens, and its deliveries stay in
 * the fast lanes. This makes an engine without a breaker out of the one with it.
 */
export const aboveSuspicion = (): Partial<EndpointHealth> => ({
  ...proven(),
  ok: 1e12,
  // A window in the future never ends, so its count is never forgotten.
  countedSince: Date.now() + 365 * 24 * 3600_000,
});
