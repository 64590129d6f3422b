import { Pool } from 'undici';
import type { Child } from './child.ts';
import { cpuMs } from './clock.ts';
import { CONNECTIONS, inLanes, orderOf } from './load.ts';
import type { ReceiverCalls } from './receiver-process.ts';

/** What posting alone takes on this machine: no queue, no signature, no record. */
export interface RawLoop {
  readonly postsPerSecond: number;
  /** Processor time a post. */
  readonly clientMs: number;
  readonly receiverMs: number;
}

/** Posts 1 kB with 64 connections to the receiver, from this process, and resets the receiver. */
export async function measureRawLoop(
  url: string,
  receiver: Child<ReceiverCalls>,
  count: number,
): Promise<RawLoop> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS });
  const headers = { 'content-type': 'application/json' };
  const bodies = Array.from({ length: count }, (_, n) => JSON.stringify(orderOf(n)));
  const post = async (body: string): Promise<void> => {
    const answer = await pool.request({ path: pathname, method: 'POST', headers, body });
    await answer.body.dump();
  };
  await inLanes(bodies.slice(0, count / 10), CONNECTIONS, post);
  const before = { client: cpuMs(), receiver: await receiver.call('cpuMs'), at: performance.now() };
  await inLanes(bodies, CONNECTIONS, post);
  const seconds = (performance.now() - before.at) / 1000;
  const raw = {
    postsPerSecond: count / seconds,
    clientMs: (cpuMs() - before.client) / count,
    receiverMs: ((await receiver.call('cpuMs')) - before.receiver) / count,
  };
  await pool.close();
  await receiver.call('reset');
  return raw;
}
