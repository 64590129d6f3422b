import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newSecret } from '../../../lambdas/targets/signature.ts';
import { cliOf } from '../../helpers/cli.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { type Arrival, startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await sharedCloud();
const { api } = cloud;
const posthorn = cliOf(cloud);
const cwd = mkdtempSync(join(tmpdir(), 'posthorn-verify-'));

const keep = (name: string, data: string | Uint8Array): string => {
  writeFileSync(join(cwd, name), data);
  return name;
};

/** A request as an endpoint might have written it down. */
const captured = ({ headers, body }: Arrival, change: Buffer = body): Buffer => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return Buffer.concat([Buffer.from(['POST / HTTP/1.1', ...lines, '', ''].join('\r\n')), change]);
};

/** Text with numbers that JavaScript writes in another way. */
const PAYLOAD = '{"amount": 1200.50, "currency": "EUR"}';

let made = 0;

/** An event of a type of its own, and the request that its only endpoint got. */
async function delivered(settings: object = {}, type = `order.${made++}`) {
  const endpoint = await startEndpoint();
  const subscription = await api.call<{ id: string; targetId: string }>('POST', '/v1/subscriptions', {
    url: endpoint.url,
    events: [type],
    ...settings,
  });
  const { body } = await cloud.request('POST', '/v1/events', `{"type":"${type}","data":${PAYLOAD}}`);
  const { id } = body as { id: string };
  await cloud.delivery(id, 'delivered');
  return {
    id,
    targetId: subscription.targetId,
    subscriptionId: subscription.id,
    arrival: endpoint.arrivals[0]!,
  };
}

describe('a request that an endpoint got (A16, A20)', async () => {
  const { id, targetId, arrival } = await delivered();
  keep('request.http', captured(arrival));
  const verify = async (typed: string) => {
    const { code, stdout, stderr } = await posthorn(`verify ${typed}`, { cwd });
    return { code, stderr, stdout, said: typed.includes('--json') ? JSON.parse(stdout) : undefined };
  };

  it.each(['standard', 'ed25519', 'sha256'])(
    'verifies by the secrets of its target: %s',
    async (signature) => {
      const one = signature === 'standard' ? { arrival, targetId } : await delivered({ signature });
      const file = keep(`${signature}.http`, captured(one.arrival));
      expect(await verify(`--request ${file} --target ${one.targetId} --json`)).toMatchObject({
        code: 0,
        said: { verifies: true, scheme: signature, problems: [] },
      });
    },
  );

  it('is beside what was sent, where it was written anew', async () => {
    const anew = Buffer.from(JSON.stringify(JSON.parse(arrival.body.toString())));
    keep('anew.http', captured(arrival, anew));
    const { code, stdout } = await verify(`--request anew.http --target ${targetId} --compare`);
    expect(code).toBe(1);
    expect(stdout).toContain('it is the same JSON with other spaces and numbers');
    expect(stdout).toContain('sent  {"amount": 1200.50, "curr');
    expect(stdout).toContain('^ byte 10');
    expect(stdout).toMatch(/sent +\S+, attempt 1 of dlv_\S+ to tgt_\S+, by key [0-9a-f]{8}/);
  });

  it('names a wrong secret for certain, by the key of the attempt', async () => {
    keep('other.txt', newSecret('standard', Buffer.alloc(32, 9)));
    const { items } = await api.call<{ items: { keyId: string }[] }>(
      'GET',
      `/v1/targets/${targetId}/secrets`,
    );
    const wrong = { kind: 'wrong_secret', signedBy: items[0]!.keyId };
    for (const typed of [`--target ${targetId}`, '--compare'])
      expect(await verify(`--request request.http --secret-file other.txt ${typed} --json`)).toMatchObject({
        code: 1,
        said: { problems: [wrong] },
      });
  });

  it('shows a body that is another one, and says so of an event that nobody knows', async () => {
    keep('other.http', captured(arrival, Buffer.from('{"amount": 9.99, "currency": "USD"}')));
    const other = await verify(`--request other.http --target ${targetId} --compare --json`);
    expect(other.said).toMatchObject({
      problems: [{ kind: 'altered_body', at: 11 }],
      comparison: { eventIds: [id], body: { at: 11 }, headers: [] },
    });
    const unknown = { ...arrival, headers: { ...arrival.headers, 'webhook-id': 'evt_unknown' } };
    keep('unknown.http', captured(unknown));
    const { code, stderr } = await verify(`--request unknown.http --target ${targetId} --compare`);
    expect([code, stderr]).toEqual([3, expect.stringContaining('there is no event "evt_unknown"')]);
  });

  it('was signed by a secret that is replaced', async () => {
    const rotate = { overlapHours: 1 };
    await api.call('POST', `/v1/targets/${targetId}/secrets/rotate`, rotate);
    const during = await verify(`--request request.http --target ${targetId} --json`);
    expect(during).toMatchObject({ code: 0, said: { notes: [{ kind: 'ends' }] } });
    await api.call('POST', `/v1/targets/${targetId}/secrets/rotate`, { overlapHours: 0 });
    const after = await verify(`--request request.http --target ${targetId} --compare --json`);
    expect(after).toMatchObject({ code: 1, said: { problems: [{ kind: 'wrong_secret' }] } });
  });

  it('is compared event by event, where it was a batch', async () => {
    const batch = await delivered({ batching: { maxEvents: 2, maxSeconds: 1 } });
    expect(batch.arrival.headers['posthorn-batch']).toBe('1');
    keep('batch.http', captured(batch.arrival));
    expect(await verify(`--request batch.http --target ${batch.targetId} --compare --json`)).toMatchObject({
      code: 0,
      said: { comparison: { eventIds: [batch.id], headers: [] } },
    });
    const edited = Buffer.from(batch.arrival.body.toString().replace('1200.50', '9999.99'));
    keep('edited.http', captured(batch.arrival, edited));
    const { said } = await verify(`--request edited.http --target ${batch.targetId} --compare --json`);
    expect(said.comparison.body).toMatchObject({ eventId: batch.id, at: 11 });
  });

  it('asks nothing of the API where nothing is asked for', async () => {
    keep('other.txt', newSecret('standard', Buffer.alloc(32, 9)));
    const env = { POSTHORN_URL: 'http://127.0.0.1:9' };
    const { code, stdout } = await posthorn('verify --request request.http --secret-file other.txt', {
      cwd,
      env,
    });
    expect([code, stdout]).toEqual([1, expect.stringContaining('is not by the secret given')]);
  });
});

describe('a filter that is tried (A2, A20)', async () => {
  const { id, subscriptionId } = await delivered({ filters: { currency: 'EUR' } }, 'payment.failed');

  it('says why an event does not match, and what does', async () => {
    const big = `--events 'payment.**' --filters '{"amount":{"numeric":[">=",5000]}}'`;
    const { code, stdout } = await posthorn(`filters test ${big} --event ${id}`);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ does not match because data.amount is 1200.5, expected a number ≥ 5000');
    expect(stdout).toContain('✓ type: matches payment.**, is "payment.failed"');
    const changed = await posthorn(`filters test ${big} --event ${id} --data '{"amount":5000}' --json`);
    expect(changed.code).toBe(0);
    expect(JSON.parse(changed.stdout)).toMatchObject({ matches: true, conditions: [{}, { holds: true }] });
  });

  it('is found by its subscription', async () => {
    expect(await posthorn(`filters test ${subscriptionId} --event ${id}`)).toMatchObject({ code: 0 });
    const typed = `filters test ${subscriptionId} --type payment.failed --data -`;
    const { code, stdout } = await posthorn(typed, { stdin: '{"currency":"USD"}' });
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('data.currency is "USD", expected one of "EUR"'),
    ]);
  });

  it('is tried on the last events', async () => {
    const { code, stdout } = await posthorn(
      `filters preview --events 'payment.**' --from 1h --limit 100 --compare-with ${subscriptionId}`,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+ of the last \d+ events match \(\d+/);
    expect(stdout).toContain(`${subscriptionId} matches`);
    expect(stdout).toContain(id);
    const json = await posthorn(`filters preview ${subscriptionId} --json`);
    expect(JSON.parse(json.stdout)).toMatchObject({ examples: expect.any(Array), isCut: false });
  });

  it.each([
    ['filters test flt_1', 'expected an event: --event with its id, or --type and --data'],
    ['filters test --type a', 'expected a filter: its id'],
    [
      'filters test flt_1 --events a --type a',
      'expected either the id of a filter, or one that is written out',
    ],
    ['filters test --filter [] --type a', '--filter: expected an object'],
    ['filters test --where { --type a', '--where: expected JSON'],
    ['filters preview --events a --limit 5000', '--limit: expected a number from 1 to 1000'],
  ])('%s is a mistake', async (typed, message) => {
    const { code, stderr } = await posthorn(typed.split(' '));
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('is refused where it is wrong, with the place', async () => {
    const { code, stderr } = await posthorn(['filters', 'test', '--where', '{"level":["x"]}', '--type', 'a']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('filter.where.level')]);
  });
});
