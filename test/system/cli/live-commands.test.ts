import { expect, test } from 'vitest';
import { cliOf } from '../../helpers/cli.ts';
import { type SharedCloud, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { runningCli } from '../../helpers/running-cli.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const { neighbour } = await sharedCloud();
const endpoint = await startEndpoint((_, { body }) => ({
  status: body.includes('"refused"') ? 400 : body.includes('"busy"') ? 503 : 200,
}));

interface Made {
  readonly id: string;
}

const subscribe = async (cloud: SharedCloud, events: string, name = events): Promise<Made> => {
  const target = await cloud.api.call<Made>('POST', '/v1/targets', { url: endpoint.url, name });
  await cloud.api.call('POST', '/v1/subscriptions', { targetId: target.id, filter: { events: [events] } });
  return target;
};

const lines = (text: string): string[] => text.split('\n').filter(Boolean);

test('tail shows outcomes as they happen, those that are asked for, and ends with a summary (A20)', async () => {
  const cloud = await neighbour();
  const orders = await subscribe(cloud, 'orders.**', 'Orders');
  await subscribe(cloud, 'other.thing');
  const all = runningCli(cloud, 'tail');
  const dead = runningCli(cloud, `tail --json --status dead --events orders.** --target Orders`);
  await Promise.all([all.says('Connected'), dead.says('Connected')]);
  await cloud.api.publish('orders.paid', { n: 1 });
  const refused = await cloud.api.publish('orders.paid', { what: 'refused' });
  await cloud.api.publish('other.thing', { what: 'refused' });
  await eventually(() => expect(lines(all.said.stdout)).toHaveLength(3));
  await eventually(() => expect(lines(dead.said.stdout)).toHaveLength(1));

  const { code, stdout, stderr } = await all.end();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}delivered {2}orders\.paid +Orders +200 {2}#1 +\d+ ms$/m);
  expect(stdout).toMatch(/ {2}dead {7}orders\.paid +Orders +400 {2}#1 +\d+ ms {2}rejected$/m);
  expect(stderr).toContain('3 outcomes: ');
  const filtered = await dead.end();
  expect(JSON.parse(filtered.stdout)).toMatchObject({
    eventId: refused.id,
    targetId: orders.id,
    status: 'dead',
    reason: 'rejected',
  });
});

test('tail refuses what it can’t watch, and a key that is gone (A20)', async () => {
  const cloud = await neighbour();
  const posthorn = cliOf(cloud);
  expect(await posthorn('tail --status late')).toMatchObject({ code: 2, stdout: '' });
  expect(await posthorn('tail --events pay*')).toMatchObject({ code: 2 });
  expect(await posthorn('tail --target Nobody')).toMatchObject({ code: 3 });
  expect(await posthorn('tail', { env: { POSTHORN_KEY: 'phk_wrong' } })).toMatchObject({ code: 4 });
});

test('trigger publishes the sample of the catalogue, with changes, and follows it (D7)', async () => {
  const cloud = await neighbour();
  const type = 'payment.processor.failure';
  await cloud.api.call('PUT', `/v1/event-types/${type}`, {
    sample: { amount: 1200.5, card: { last4: '4242' } },
  });
  await subscribe(cloud, 'payment.**');
  const posthorn = cliOf(cloud);
  const before = endpoint.arrivals.length;
  const ran = await posthorn(
    `trigger ${type} --set data.amount=5000 --set data.card.last4=1111 --id mine-1 --source till --priority critical --wait`,
  );
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stdout).toMatch(/delivered .*200 after \d+ ms/);
  expect(ran.stderr).toContain('It was delivered.');
  expect(JSON.parse(endpoint.arrivals[before]!.body.toString())).toEqual({
    amount: 5000,
    card: { last4: 1111 },
  });
  expect(await cloud.api.call('GET', '/v1/events/mine-1')).toMatchObject({
    type,
    source: 'till',
    priority: 'critical',
  });
  const plain = await posthorn(`trigger ${type}`);
  expect(plain.stdout).toMatch(/^(evt|ik)_\w+\n$/);
  const several = await posthorn(`trigger ${type} --count 120 --json`);
  expect(new Set(JSON.parse(several.stdout).ids).size).toBe(120);
});

test('trigger says how an event ended: dead, wanted by nobody, or not in time (D7)', async () => {
  const cloud = await neighbour();
  await subscribe(cloud, 'order.paid');
  const posthorn = cliOf(cloud);
  const dead = await posthorn(['trigger', 'order.paid', '--data', '{"what":"refused"}', '--wait', '--json']);
  expect(dead).toMatchObject({ code: 1 });
  expect(JSON.parse(dead.stdout)).toMatchObject({ isSettled: true, deliveries: [{ status: 'dead' }] });
  const late = await posthorn([
    'trigger',
    'order.paid',
    '--data',
    '{"what":"busy"}',
    '--wait',
    '--timeout',
    '4s',
  ]);
  expect(late).toMatchObject({ code: 1 });
  expect(late.stdout).toMatch(/retrying .*503 after \d+ ms {2}#1 .*next at/);
  expect(late.stderr).toContain('Not settled in time');
  const unwanted = await posthorn(['trigger', 'nobody.wants', '--data', '{}', '--wait']);
  expect(unwanted).toMatchObject({ code: 0, stdout: '' });
  expect(unwanted.stderr).toContain('No subscription wanted it');
});

test('trigger says what is wrong with a type, and what was meant by it (D7)', async () => {
  const cloud = await neighbour();
  const posthorn = cliOf(cloud);
  await cloud.api.call('PUT', '/v1/event-types/payment.processor.failure', { sample: {} });
  await cloud.api.call('PUT', '/v1/event-types/order.bare', { description: 'no sample' });
  await cloud.api.call('PUT', '/v1/event-types/order.schema', {
    schema: { type: 'object', examples: [{ amount: 7 }] },
  });
  const near = await posthorn('trigger payment.processor.failed');
  expect(near).toMatchObject({ code: 3, stdout: '' });
  expect(near.stderr).toContain('Is one of these meant? payment.processor.failure');
  expect(near.stderr).toContain('--data');
  const bare = await posthorn('trigger order.bare');
  expect(bare).toMatchObject({ code: 1 });
  expect(bare.stderr).toContain('--data');
  expect(await posthorn('trigger order.schema')).toMatchObject({ code: 0 });
  const own = await posthorn('trigger posthorn.target.disabled');
  expect(own).toMatchObject({ code: 2 });
  expect(own.stderr).toContain('only it publishes them');
  expect(await posthorn('trigger pay..ment')).toMatchObject({ code: 2 });
  expect(await posthorn('trigger order.schema --set amount=1')).toMatchObject({ code: 2 });
  expect(await posthorn('trigger order.schema --count 2 --id one')).toMatchObject({ code: 2 });
});

test('stats shows how deliveries do, once and again and again (A20)', async () => {
  const cloud = await neighbour();
  const target = await subscribe(cloud, 'stats.made', 'Stats');
  const { id } = await cloud.api.publish('stats.made', {});
  await cloud.delivery(id, 'delivered');
  const posthorn = cliOf(cloud);
  const once = await eventually(async () => {
    const ran = await posthorn('stats --from 1h --target Stats --json');
    expect(JSON.parse(ran.stdout)).toMatchObject({
      targetId: target.id,
      total: { deliveries: 1, delivered: 1, dead: 0 },
      undelivered: { waiting: 0 },
    });
    return posthorn('stats');
  });
  expect(once.stdout).toMatch(/^deliveries +1: 1 delivered, 0 dead$/m);
  expect(once.stdout).toMatch(/^success +100 %, by the first attempt 100 %$/m);

  const watched = runningCli(cloud, 'stats --watch --interval 1s --json');
  await eventually(() => expect(lines(watched.said.stdout).length).toBeGreaterThanOrEqual(2));
  expect(await watched.end()).toMatchObject({ code: 0 });
  for (const line of lines(watched.said.stdout))
    expect(JSON.parse(line)).toMatchObject({ at: expect.any(String), total: { delivered: 1 } });

  const onTerminal = runningCli(cloud, 'stats --watch --interval 1s', { isTerminal: true });
  await onTerminal.says('A\u001b[0J');
  expect(await onTerminal.end()).toMatchObject({ code: 0 });
  expect(await posthorn('stats --interval 10ms')).toMatchObject({ code: 2 });
});
