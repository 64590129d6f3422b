import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { listenerKey } from '../../../lambdas/listeners/listener-keys.ts';
import { cliOf } from '../../helpers/cli.ts';
import { type CliProcess, cliProcess } from '../../helpers/cli-process.ts';
import { type List, type SharedCloud, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { onFileEnd } from '../../helpers/file-end.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { itemsAbout } from '../../helpers/tenant.ts';

const { neighbour } = await sharedCloud();

interface Listed {
  readonly id: string;
  readonly connected: boolean;
}

const listed = async (cloud: SharedCloud) =>
  (await cloud.api.call<List<Listed>>('GET', '/v1/listeners')).items;

async function listening(cloud: SharedCloud, ...args: string[]): Promise<CliProcess> {
  const one = cliProcess(cloud, ['listen', ...args]);
  await one.says('Ready');
  return one;
}

const secretOf = ({ stderr }: CliProcess): string => /^Signing secret: (whsec_\S+)$/m.exec(stderr)![1]!;

/** What there is of a listener, beside the log and what tells a repeated request. */
async function itemsOf(cloud: SharedCloud, id: string) {
  const items = (
    await Promise.all((['Config', 'State'] as const).map((table) => itemsAbout(cloud, table, cloud.tenant)))
  ).flat();
  return items.filter(
    ({ pk, sk }) => `${pk} ${sk}`.includes(id.slice('lsn_'.length)) && !`${pk}`.startsWith('relay#'),
  );
}

test('real events reach two servers on this machine, each its own, signed, and recorded as attempts (E6)', async () => {
  const cloud = await neighbour();
  const payments = await startEndpoint(() => ({ status: 202, body: 'taken' }));
  const orders = await startEndpoint(() => ({ status: 400, body: 'no' }));
  const [one, two] = await Promise.all([
    listening(cloud, '--forward-to', payments.url, '--events', 'payment.**'),
    listening(cloud, '--forward-to', orders.url, '--events', 'order.**', '--json'),
  ]);
  const payment = await cloud.api.publish('payment.processor.failure', { amount: 1200.5 });
  const order = await cloud.api.publish('order.paid', { n: 1 });
  expect(await cloud.delivery(payment.id, 'delivered')).toMatchObject({
    attempts: [{ statusCode: 202, answer: 'taken' }],
  });
  expect(await cloud.delivery(order.id, 'dead')).toMatchObject({
    attempts: [{ statusCode: 400, answer: 'no' }],
  });
  expect([payments.arrivals.length, orders.arrivals.length]).toEqual([1, 1]);
  const [{ headers, body }] = payments.arrivals as [(typeof payments.arrivals)[number]];
  expect(body.toString()).toBe('{"amount":1200.5}');
  expect(headers).toMatchObject({ 'webhook-id': payment.id, host: new URL(payments.url).host });
  const webhook = { ...headers } as Record<string, string>;
  expect(new Webhook(secretOf(one)).verify(body.toString(), webhook)).toEqual({ amount: 1200.5 });
  const lines = two.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { type: 'listening', events: ['order.**'] },
    { type: 'request', eventId: order.id, eventType: 'order.paid', attempt: 1 },
    { type: 'answer', eventId: order.id, status: 400, ms: expect.any(Number) },
  ]);
  const ids = (await listed(cloud)).map(({ id }) => id);
  expect(ids).toHaveLength(2);
  one.signal('SIGINT');
  two.signal('SIGTERM');
  expect(await Promise.all([one.ended, two.ended])).toEqual([0, 0]);
  expect(one.stdout).toContain('← 202  payment.processor.failure');
  expect(one.stderr).toContain('1 request: 1 with success, 0 without. Nothing is left behind.');
  for (const id of ids) expect(await itemsOf(cloud, id)).toEqual([]);
});

test('a server that is not there yet gets its delivery once it is (E6)', async () => {
  const cloud = await neighbour();
  const server = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onFileEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.close(resolve));
  const one = await listening(cloud, '-f', `127.0.0.1:${port}/hook`);
  const { id } = await cloud.api.publish('order.paid', {});
  await one.says(`ECONNREFUSED: nothing listens on 127.0.0.1:${port}`);
  await one.says('Start your server');
  server.listen(port, '127.0.0.1');
  const { attempts } = await cloud.delivery(id, 'delivered');
  expect(attempts[0]).toMatchObject({ statusCode: 502, answer: expect.stringContaining('nothing listens') });
  expect(attempts.at(-1)).toMatchObject({ statusCode: 200 });
  expect(one.stdout).toContain('attempt 2');
  one.signal('SIGINT');
  expect(await one.ended).toBe(0);
});

test('a connection that is cut comes back to the same listener, and nothing is lost (E6)', async () => {
  const cloud = await neighbour();
  const endpoint = await startEndpoint();
  const one = await listening(cloud, '-f', endpoint.url);
  const before = await listed(cloud);
  const mend = cloud.cutOff();
  await one.says('The connection is lost');
  mend();
  // It may be on its way before the connection is back.
  const ids = await Promise.all([1, 2, 3].map((n) => cloud.api.publish('order.paid', { n })));
  await one.says('Connected again.');
  await Promise.all(ids.map(({ id }) => cloud.delivery(id, 'delivered')));
  expect(new Set(endpoint.arrivals.map(({ headers }) => headers['webhook-id']))).toEqual(
    new Set(ids.map(({ id }) => id)),
  );
  expect((await listed(cloud)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  one.signal('SIGINT');
  expect(await one.ended).toBe(0);
});

test('one that is killed leaves nothing behind: its listener expires (E6)', async () => {
  const cloud = await neighbour();
  const one = await listening(cloud);
  const [{ id }] = (await listed(cloud)) as [Listed];
  expect(await itemsOf(cloud, id)).not.toEqual([]);
  one.signal('SIGKILL');
  expect(await one.ended).toBeNull();
  await eventually(async () => expect(await listed(cloud)).toMatchObject([{ id, connected: false }]));
  await cloud.dynamo.send(
    new UpdateCommand({
      TableName: cloud.resource('State').physicalId,
      Key: listenerKey({ tenant: cloud.tenant, listener: id }),
      UpdateExpression: 'SET #until = :past',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':past': Date.now() - 1 },
    }),
  );
  await cloud.runSchedule('Erase');
  expect(await listed(cloud)).toEqual([]);
  expect(await itemsOf(cloud, id)).toEqual([]);
});

test('one whose terminal is closed leaves nothing behind either (E6)', async () => {
  const cloud = await neighbour();
  const one = await listening(cloud);
  const [{ id }] = (await listed(cloud)) as [Listed];
  one.signal('SIGHUP');
  expect(await one.ended).toBe(0);
  expect(await itemsOf(cloud, id)).toEqual([]);
});

test('one whose listener is gone meanwhile makes another, and says so (E6)', async () => {
  const cloud = await neighbour();
  const endpoint = await startEndpoint();
  const one = await listening(cloud, '-f', endpoint.url);
  const [{ id }] = (await listed(cloud)) as [Listed];
  const posthorn = cliOf(cloud);
  expect((await posthorn('listeners list')).stdout).toContain(id);
  expect(await posthorn(`listeners delete ${id}`)).toMatchObject({ code: 0 });
  const mend = cloud.cutOff();
  await one.says('The connection is lost');
  mend();
  await one.says('The listener has expired meanwhile');
  await one.says('Connected again.');
  const published = await cloud.api.publish('order.paid', {});
  await cloud.delivery(published.id, 'delivered');
  const [arrival] = endpoint.arrivals;
  const secrets = [...one.stderr.matchAll(/^Signing secret: (\S+)$/gm)].map(([, secret]) => secret!);
  const webhook = { ...arrival!.headers } as Record<string, string>;
  expect(new Set(secrets).size).toBe(2);
  expect(new Webhook(secrets[1]!).verify(arrival!.body.toString(), webhook)).toEqual({});
  one.signal('SIGINT');
  expect(await one.ended).toBe(0);
  expect(await listed(cloud)).toEqual([]);
});

test('a body that is too large for a message arrives byte for byte (E6)', async () => {
  const cloud = await neighbour();
  const endpoint = await startEndpoint();
  const one = await listening(cloud, '-f', endpoint.url);
  const text = 'ä'.repeat(100_000);
  const { id } = await cloud.api.publish('order.large', text as never);
  await cloud.delivery(id, 'delivered');
  const [arrival] = endpoint.arrivals;
  expect(arrival!.body.equals(Buffer.from(JSON.stringify(text)))).toBe(true);
  const webhook = { ...arrival!.headers } as Record<string, string>;
  new Webhook(secretOf(one)).verify(arrival!.body.toString(), webhook);
  one.signal('SIGINT');
  expect(await one.ended).toBe(0);
});

test('a key that is revoked ends it, with the exit code of what is not allowed (E6)', async () => {
  const cloud = await neighbour();
  const made = await cloud.api.call<{ id: string; key: string }>('POST', '/v1/keys', {
    name: 'laptop',
    scopes: ['manage'],
  });
  const one = await listening({ ...cloud, key: made.key });
  await cloud.api.call('DELETE', `/v1/keys/${made.id}`);
  const mend = cloud.cutOff();
  await one.says('The connection is lost');
  mend();
  expect(await one.ended).toBe(4);
  expect(one.stderr).toContain('posthorn login');
});
