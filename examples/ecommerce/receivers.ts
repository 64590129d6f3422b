import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

/**
 * The endpoints of the shop's partners, on this machine: each is a path of one server. They verify with the official library,
 * as real ones would.
 */

/** What arrived somewhere, in the order of arrival. */
export interface Arrival {
  readonly at: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Receivers {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** How many test events arrived. */
  tests(): number;
  /** What did not pass. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** The stock room takes its time for a count, so that counts have to wait. */
const COUNTING_MS = 200;

/** Where PagerDuty's Events API takes events. https://developer.pagerduty.com/docs/send-alert-event */
export const PAGERDUTY_PATH = '/v2/enqueue';

export async function startReceivers(secret: string, routingKey: string): Promise<Receivers> {
  const webhook = new Webhook(secret);
  const arrivals: Arrival[] = [];
  const problems: string[] = [];
  const known = new Set<string>();
  let tests = 0;

  /** @returns the status to answer with */
  function receive(at: string, headers: IncomingHttpHeaders, body: string): number {
    if (at === PAGERDUTY_PATH) return page(JSON.parse(body));
    try {
      webhook.verify(body, headers as Record<string, string>);
    } catch (error) {
      problems.push(`${at}: ${(error as Error).message}`);
      return 401;
    }
    if (headers['posthorn-test'] === 'true') {
      tests++;
      return 200;
    }
    // A delivery may come twice. Its id says so.
    const id = `${at} ${headers['webhook-id']}`;
    if (known.has(id)) return 200;
    known.add(id);
    arrivals.push({ at, type: String(headers['posthorn-event-type']), data: JSON.parse(body) });
    return 200;
  }

  /** Checks what PagerDuty asks for. */
  function page(alert: Readonly<Record<string, unknown>>): number {
    const { routing_key, event_action, dedup_key, payload } = alert;
    const { summary, severity, source } = (payload ?? {}) as Readonly<Record<string, unknown>>;
    const isWhole =
      routing_key === routingKey &&
      typeof dedup_key === 'string' &&
      (event_action === 'resolve' ||
        (event_action === 'trigger' &&
          [summary, source].every((text) => typeof text === 'string' && text !== '') &&
          ['critical', 'error', 'warning', 'info'].includes(String(severity))));
    if (!isWhole) {
      problems.push(`${PAGERDUTY_PATH}: PagerDuty would refuse ${JSON.stringify(alert)}`);
      return 400;
    }
    arrivals.push({ at: PAGERDUTY_PATH, type: String(event_action), data: { dedup_key, severity } });
    return 202;
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const status = receive(request.url!, request.headers, Buffer.concat(chunks).toString());
    if (request.headers['posthorn-event-type'] === 'inventory.stock.counted') await sleep(COUNTING_MS);
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    tests: () => tests,
    problems,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
