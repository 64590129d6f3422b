import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, apiClient } from '../../local/api-client.ts';
import { synthesise } from '../../local/template/synth.ts';
import { type Child, startChild } from './child.ts';
import type { CloudCalls, CloudOptions } from './cloud-process.ts';
import { type About, type Load, startLoad } from './load.ts';
import type { ReceiverCalls, ReceiverOptions } from './receiver-process.ts';

/** Load generator (this process), local cloud and receiver, each a process. */
export interface Rig {
  readonly cloud: Child<CloudCalls>;
  readonly receiver: Child<ReceiverCalls>;
  readonly load: Load;
  readonly api: ApiClient;
  /** URL of the receiver's endpoint. */
  readonly hookUrl: string;
  /** The receiver's subscription, to all that `load` sends. */
  readonly subscription: string;
  /** Waits until this many different events have arrived, or none has for a while. */
  arrived(count: number, patienceMs?: number): Promise<void>;
  /** Waits until every queue is empty: all outcomes are recorded. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

const KEY = 'bench';
const POLL_MS = 50;

export async function startRig(
  { metered, kafkaBrokers }: Pick<CloudOptions, 'metered' | 'kafkaBrokers'>,
  receiving: ReceiverOptions = {},
  about?: About,
): Promise<Rig> {
  const assemblyDir = await synthesise();
  const options: CloudOptions = { assemblyDir, key: KEY, metered, ...(kafkaBrokers && { kafkaBrokers }) };
  const [cloud, receiver] = await Promise.all([
    startChild<CloudCalls>('./cloud-process.ts', options),
    startChild<ReceiverCalls>('./receiver-process.ts', receiving),
  ]);
  const apiUrl = await cloud.call('apiUrl');
  const load = startLoad(apiUrl, KEY, about);
  const api = apiClient(apiUrl, KEY);
  const hookUrl = `${await receiver.call('url')}/hook`;
  const { id: subscription } = await api.subscribe({ url: hookUrl, events: ['shop.**'] });
  return {
    cloud,
    receiver,
    load,
    api,
    hookUrl,
    subscription,
    async arrived(count, patienceMs = 15_000) {
      let best = { seen: 0, at: Date.now() };
      while (best.seen < count && Date.now() - best.at < patienceMs) {
        await sleep(POLL_MS);
        const seen = await receiver.call('seen');
        if (seen > best.seen) best = { seen, at: Date.now() };
      }
    },
    async drained() {
      while ((await cloud.call('status')).queued > 0) await sleep(POLL_MS);
    },
    async stop() {
      await load.close();
      await Promise.all([cloud.stop(), receiver.stop()]);
    },
  };
}
