import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { sharedCloud } from '../../helpers/cloud.ts';
import { describePage, pageReader } from '../../helpers/guide/console-page.ts';
import { type Arrival, startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await sharedCloud();
const reader = pageReader({ POSTHORN_URL: cloud.apiUrl, POSTHORN_KEY: cloud.key });

const keep = (name: string, { headers, body }: Arrival, change = body): void => {
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${String(value)}`);
  const head = Buffer.from(['POST /hook HTTP/1.1', ...lines, '', ''].join('\r\n'));
  writeFileSync(join(reader.cwd, name), Buffer.concat([head, change]));
};

/** The request that the page says was captured. */
beforeAll(async () => {
  const endpoint = await startEndpoint();
  const { id, targetId } = await cloud.api.call<{ id: string; targetId: string }>(
    'POST',
    '/v1/subscriptions',
    {
      url: endpoint.url,
      events: ['payment.**'],
    },
  );
  const event = '{"type":"payment.failed","data":{"amount": 1200.50}}';
  const { body } = await cloud.request('POST', '/v1/events', event);
  const published = (body as { id: string }).id;
  await cloud.delivery(published, 'delivered');
  const [arrival] = endpoint.arrivals;
  keep('sent.http', arrival!);
  keep('captured.http', arrival!, Buffer.from(JSON.stringify(JSON.parse(arrival!.body.toString()))));
  for (const [name, value] of Object.entries({ TARGET: targetId, SUBSCRIPTION: id, EVENT: published }))
    reader.variables.set(name, value);
});

describePage('cli-verify.md', '(A2, A16, A20)', reader);
