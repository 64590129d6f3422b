import { beforeAll, describe, expect, it } from 'vitest';
import { cliOf } from '../../helpers/cli.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { describePage, pageReader } from '../../helpers/guide/console-page.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { startReceiver } from '../../helpers/servers/standard-receiver.ts';

const cloud = await sharedCloud();
const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const good = await startReceiver(SECRET);
const naive = await startEndpoint();
const reader = pageReader({ POSTHORN_URL: cloud.apiUrl, POSTHORN_KEY: cloud.key }, [
  ['localhost:3000/hook', new URL(good.url).host + new URL(good.url).pathname],
  ['localhost:3001/hook', `${new URL(naive.url).host}/hook`],
]);

const target = (settings: object) =>
  cloud.api.call<{ id: string }>('POST', '/v1/targets', { url: good.url, secret: SECRET, ...settings });

beforeAll(async () => {
  reader.variables.set('TARGET', (await target({})).id);
});

describePage('cli-check-endpoint.md', '(A16, A20, E13)', reader);

describe('posthorn check-endpoint --target (A20, E13)', () => {
  const check = async (typed: string) => {
    const { code, stdout, stderr } = await cliOf(cloud)(`check-endpoint ${typed} --json`);
    return { code, stderr, report: stdout === '' ? undefined : JSON.parse(stdout) };
  };

  it('sends what the target sends, and checks what it needs', async () => {
    const atFirst = good.arrivals.length;
    const { id } = await target({
      headers: { 'x-team': 'orders' },
      challengeRequired: true,
      batching: { maxEvents: 5, maxSeconds: 1 },
    });
    // The platform's own challenge of the new target comes first.
    await eventually(() => expect(good.arrivals.length).toBe(atFirst + 1));
    const before = good.arrivals.length;
    const { code, report } = await check(`--target ${id} --only duplicate -H 'x-team: orders'`);
    expect([code, report.checks.map((one: { id: string }) => one.id)]).toEqual([
      0,
      ['answers', 'duplicate', 'challenge', 'batch'],
    ]);
    expect(report.checks[2]).toMatchObject({ level: 'must', status: 'pass' });
    expect(good.arrivals.slice(before).map(({ headers }) => headers['x-team'])).toEqual(
      Array.from({ length: 4 }, () => 'orders'),
    );
  });

  it('has the headers of a delivery, in their order and form', async () => {
    const type = 'check.same';
    const made = await cloud.api.call<{ targetId: string }>('POST', '/v1/subscriptions', {
      url: good.url,
      secret: SECRET,
      events: [type],
      headers: { 'x-team': 'orders' },
    });
    const { body } = await cloud.request('POST', '/v1/events', `{"type":"${type}","data":{"amount":1}}`);
    await cloud.delivery((body as { id: string }).id, 'delivered');
    const delivered = good.arrivals.at(-1)!;
    const typed = `--target ${made.targetId} --type ${type} --data '{"amount":1}' --only answers`;
    expect((await check(typed)).report.unsentHeaders).toEqual(['x-team']);
    expect((await check(`${typed} -H 'x-team: orders'`)).report).not.toHaveProperty('unsentHeaders');
    const sent = good.arrivals.at(-1)!;
    // What differs from one event to another, and that it is a test.
    const known = (headers: typeof sent.headers): object =>
      Object.entries(headers).filter(([name]) => !/^(webhook-|posthorn-test$)/.test(name));
    expect(known(sent.headers)).toEqual(known(delivered.headers));
    expect(sent.body).toEqual(delivered.body);
  });

  it.each([
    [{ kind: 'slack', slack: { webhookUrl: 'https://hooks.slack.com/services/T/B/X' } }, 'is of kind slack'],
    [{ signature: 'ed25519' }, 'its private key is never shown'],
  ])('refuses %j', async (settings, message) => {
    const plain = 'kind' in settings ? settings : { url: good.url, ...settings };
    const { id } = await cloud.api.call<{ id: string }>('POST', '/v1/targets', plain);
    const { code, stderr } = await check(`--target ${id}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});
