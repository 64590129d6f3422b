import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { sharedCloud } from '../../helpers/cloud.ts';
import { readConsolePage } from '../../helpers/guide/console.ts';
import { type ConsoleReader, followConsole } from '../../helpers/guide/console-run.ts';
import { type Arrival, startEndpoint } from '../../helpers/servers/endpoint.ts';

const page = readConsolePage(readFileSync(new URL('../../../docs/cli-verify.md', import.meta.url), 'utf8'));
const cloud = await sharedCloud();
const scratch = (): string => mkdtempSync(join(tmpdir(), 'posthorn-page-'));
const reader: ConsoleReader = {
  cwd: scratch(),
  env: { POSTHORN_CONFIG_DIR: scratch(), POSTHORN_URL: cloud.apiUrl, POSTHORN_KEY: cloud.key },
  variables: new Map(),
  here: new Map(),
  shells: new Map(),
  printed: '',
};

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

describe('docs/cli-verify.md (A2, A16, A20)', () => {
  it.each(page)('$title', (section) => followConsole(section, reader));
});
