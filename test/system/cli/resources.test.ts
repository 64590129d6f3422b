import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../../cli/commands.ts';
import { cliOf, type Typed } from '../../helpers/cli.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await sharedCloud();
const posthorn = cliOf(cloud);
const operator = cliOf(cloud.operator);
const endpoint = await startEndpoint((_, { body }) =>
  body.toString().includes('"refused"')
    ? { status: 422, body: 'no such order \u001b[31m' }
    : { status: 200, body: 'thanks' },
);

/** What a command prints with `--json`; it has to succeed. */
async function json<T = Record<string, unknown>>(typed: string, run = posthorn): Promise<T> {
  const { code, stdout, stderr } = await run(`${typed} --json`);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

interface Made {
  readonly id: string;
  readonly [field: string]: unknown;
}

test('from a target to a delivery, and what is said of each (A20)', async () => {
  const target = await json<Made>(`targets create --name Orders --url ${endpoint.url} --timeout-seconds 5`);
  expect(target.secret).toMatch(/^whsec_/);
  const subscription = await json<Made>(
    `subscriptions create --name Orders --target-id ${target.id} --events orders.paid,orders.sent`,
  );
  const { id } = await cloud.api.publish('orders.paid', { what: 'refused' });
  const dead = await cloud.delivery(id, 'dead');

  const shown = await posthorn(`deliveries get ${dead.id}`);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(/status +dead\n/);
  expect(shown.stdout).toMatch(/why +rejected\n/);
  expect(shown.stdout).toMatch(/^1 +\d{4}-\S+Z +422 +\d+ ms +no such order \\u001b\[31m/m);
  expect(shown.stderr).toContain(`posthorn deliveries replay ${dead.id}`);
  expect(await json(`deliveries get ${dead.id}`)).toMatchObject({
    id: dead.id,
    attempts: [{ statusCode: 422 }],
  });

  const list = await posthorn('dead-letters list');
  expect(list.stdout).toContain(dead.id);
  const timeline = await posthorn(`events timeline ${id}`);
  expect(timeline.stdout).toContain('422');
  expect(await json(`events timeline ${id}`)).toMatchObject({ event: { id }, next: null });
  expect((await posthorn(`events payload ${id}`)).stdout).toBe('{"what":"refused"}');

  const sent = await posthorn(`targets test ${target.id} --type orders.sent --data '{"n":1}'`);
  expect(sent).toMatchObject({ code: 0 });
  await cloud.delivery(sent.stdout.trim(), 'delivered');
  expect((await posthorn(`subscriptions deliveries ${subscription.id}`)).stdout).toContain('delivered');

  const health = await posthorn(`targets health ${target.id}`);
  expect(health.stdout).toMatch(/^state +\w+\nmeans +\S/);
});

test('what is set up can be changed in part, replaced, switched off and deleted (A20)', async () => {
  const { id } = await json<Made>(`targets create --url ${endpoint.url}/a --rate-limit '{"perSecond":5}'`);
  expect(await json(`targets update ${id} --name 123 --no-active --set rateLimit=null`)).toMatchObject({
    name: '123',
    active: false,
  });
  expect(await json(`targets get ${id}`)).not.toHaveProperty('rateLimit');
  for (const [word, active] of [
    ['resume', true],
    ['pause', false],
    ['enable', true],
    ['disable', false],
  ] as const)
    expect(await json(`targets ${word} ${id}`)).toMatchObject({ active });
  expect(await json(`targets replace ${id} --url ${endpoint.url}/b`)).toMatchObject({ active: true });

  const before = await json<{ items: { secret: string }[] }>(`targets secrets ${id}`);
  const rotated = await json<{ items: { secret: string }[] }>(
    `targets rotate-secret ${id} --overlap-hours 1`,
  );
  expect(rotated.items.map(({ secret }) => secret)).toContain(before.items[0]!.secret);
  expect(await posthorn(`targets rotate-secret ${id} --overlap-hours 0`)).toMatchObject({ code: 2 });

  const filter = await json<Made>(`filters create --events 'a.**' --where '{"data":{"n":[1]}}'`);
  expect(await json(`filters update ${filter.id} --events b.c,d.e`)).toMatchObject({
    events: ['b.c', 'd.e'],
  });
  const subscription = await json<Made>(`subscriptions create --target-id ${id} --filter-id ${filter.id}`);
  expect(await json(`subscriptions pause ${subscription.id}`)).toMatchObject({ active: false });
  expect(await json(`subscriptions resume ${subscription.id}`)).toMatchObject({ active: true });

  expect(await json('event-types create --name a.b --version 2 --sample 1')).toMatchObject({
    version: '2',
    sample: 1,
  });
  expect(await json('event-types update a.b --deprecated')).toMatchObject({ deprecated: true });
  const rule = await json<Made>(
    `alert-rules create --name Quiet --when '{"metric":"silence","hours":2}' --set notify.targetId=${id}`,
  );
  expect((await posthorn('alert-rules list')).stdout).toContain('nothing for 2 h');

  for (const typed of [
    `alert-rules delete ${rule.id}`,
    `subscriptions delete ${subscription.id}`,
    `filters delete ${filter.id}`,
    `targets delete ${id}`,
    'event-types delete a.b',
  ]) {
    expect(await posthorn(typed), typed).toMatchObject({ code: 2 });
    expect(await posthorn(`${typed} --yes`), typed).toMatchObject({ code: 0, stdout: '' });
  }
  expect(await posthorn(`targets get ${id}`)).toMatchObject({ code: 3 });
});

test('a key is printed alone, works, does what its scopes allow, and ends (A20)', async () => {
  const { code, stdout, stderr } = await posthorn(['keys', 'create', '--name', 'Shop', '--scopes', 'read']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^phk_\S+\n$/);
  expect(stderr).toContain('shown this once');
  const [, id] = /(key_\w+)/.exec(stderr)!;
  const reader = cliOf({ apiUrl: cloud.apiUrl, key: stdout.trim() });
  expect(await reader('targets list')).toMatchObject({ code: 0 });
  expect(await reader(`targets create --url ${endpoint.url}`)).toMatchObject({ code: 4, stdout: '' });
  const rotated = await posthorn(`keys rotate ${id} --overlap-hours 0`);
  expect(rotated.stdout).toMatch(/^phk_\S+\n$/);
  expect(rotated.stdout).not.toBe(stdout);
  expect((await posthorn('keys list')).stdout).not.toContain(rotated.stdout.trim());
  expect(await posthorn(`keys delete ${id} --yes`)).toMatchObject({ code: 0 });
});

test('a portal link opens the portal, for the targets it is for, until it is revoked (A20)', async () => {
  const target = await json<Made>(`targets create --name Jane --url ${endpoint.url}`);
  const { code, stdout, stderr } = await posthorn(
    `portal-link --console ${cloud.consoleUrl} --name Jane --scopes read --target-ids ${target.id}`,
  );
  expect(code).toBe(0);
  const [, token] = new RegExp(`^${cloud.consoleUrl}/portal/#token=(\\S+)\n$`).exec(stdout)!;
  const jane = cliOf({ apiUrl: cloud.apiUrl, key: token! });
  expect((await json<{ items: Made[] }>('targets list', jane)).items.map(({ id }) => id)).toEqual([
    target.id,
  ]);
  const [, id] = /(ptk_\w+)/.exec(stderr)!;
  expect((await posthorn('portal-tokens list')).stdout).toContain(id);
  expect(await posthorn(`portal-tokens revoke ${id} --yes`)).toMatchObject({ code: 0 });
  expect((await posthorn('portal-tokens list')).stdout).not.toContain(id);
});

test('branding keeps what is not set, and takes a logo from a file (A20)', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'posthorn-cli-'));
  writeFileSync(join(cwd, 'acme.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const set = (words: readonly string[]) => posthorn(['branding', 'set', ...words, '--json'], { cwd });
  expect(await set(['--name', 'Acme', '--logo', 'acme.svg'])).toMatchObject({ code: 0 });
  expect(JSON.parse((await set(['--accent', '#3b4cca'])).stdout)).toEqual({
    name: 'Acme',
    accent: '#3b4cca',
    logo: expect.stringMatching(/^data:image\/svg\+xml;base64,/),
  });
  expect(JSON.parse((await set(['--replace', '--name', 'B'])).stdout)).toEqual({ name: 'B' });
  expect(await set(['--logo', 'acme.txt'])).toMatchObject({ code: 2 });
  expect(await set([])).toMatchObject({ code: 2 });
});

test('operators see tenants, and the environment as a whole (A20)', async () => {
  const tenant = await json<Made>('tenants create --name Acme', operator);
  expect(await json(`tenants update ${tenant.id} --set limits.targets=7`, operator)).toMatchObject({
    limits: { targets: 7 },
  });
  const key = await operator(['keys', 'create', '--name', 'A', '--scopes', 'read', '--tenant-id', tenant.id]);
  const acme = cliOf({ apiUrl: cloud.apiUrl, key: key.stdout.trim() });
  expect(await json('tenant get', acme)).toMatchObject({ id: tenant.id, name: 'Acme' });
  expect(await acme('environment overview')).toMatchObject({ code: 4 });
  for (const words of ['environment overview', 'environment costs', 'environment audit', 'health'])
    expect(await operator(words), words).toMatchObject({ code: 0, stdout: expect.stringMatching(/\S/) });
  expect(await operator(`tenants delete ${tenant.id} --yes`)).toMatchObject({ code: 0 });
  expect(await json('openapi')).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
});

test('each way to end has a code of its own, and says what to do next (A20)', async () => {
  const nowhere = cliOf({ apiUrl: 'http://127.0.0.1:9', key: 'phk_none' });
  const stranger = cliOf({ apiUrl: cloud.apiUrl, key: 'phk_none' });
  const cases = [
    [posthorn, 'targets list', 0, ''],
    [posthorn, 'targets create --url nonsense', 1, 'url: expected an http'],
    [posthorn, 'targets create', 2, 'expected what to send'],
    [posthorn, 'targets get tgt_none', 3, 'posthorn targets list'],
    [posthorn, 'tenants list', 4, 'posthorn whoami'],
    [stranger, 'targets list', 4, 'posthorn login'],
    [nowhere, 'targets list', 5, 'posthorn whoami'],
  ] as const;
  for (const [run, typed, code, said] of cases) {
    const people = await run(typed);
    expect(people, typed).toMatchObject({ code, stderr: expect.stringContaining(said) });
    const programs = await run(`${typed} --json`);
    expect(programs.code, typed).toBe(code);
    if (code === 0) JSON.parse(programs.stdout);
    else {
      expect(programs.stdout).toBe('');
      expect(JSON.parse(programs.stderr)).toMatchObject({ exitCode: code, message: expect.any(String) });
    }
  }
});

test('what is dead is sent again, and what is sent again arrives (A20)', async () => {
  let isBroken = true;
  const mended = await startEndpoint(() => ({ status: isBroken ? 400 : 200 }));
  await json(`subscriptions create --url ${mended.url} --events mended.thing`);
  const events = await Promise.all([1, 2].map((n) => cloud.api.publish('mended.thing', { n })));
  const [first] = await Promise.all(events.map(({ id }) => cloud.delivery(id, 'dead')));
  isBroken = false;
  expect(await posthorn(`deliveries replay ${first!.id}`)).toMatchObject({ code: 0 });
  await cloud.delivery(events[0]!.id, 'delivered');
  expect((await posthorn('dead-letters list')).stdout).not.toContain(first!.id);
  const job = await json(`dead-letters redrive --target-id ${first!.targetId}`);
  expect(job).toMatchObject({ state: 'completed' });
  await cloud.delivery(events[1]!.id, 'delivered');
});

const LISTS = COMMANDS.filter(({ options = [] }) => options.some(({ flags }) => flags === '--cursor <text>'));

test('each list is one document with --json, a table without, and lines or CSV where it can be (A20)', async () => {
  const subscription = await json<Made>(`subscriptions create --url ${endpoint.url} --events listed.thing`);
  const event = await cloud.api.publish('listed.thing', { n: 1 });
  await cloud.delivery(event.id, 'delivered');
  const ids: Record<string, string> = { 'subscriptions deliveries': subscription.id };
  for (const { words, args = [], options = [] } of LISTS) {
    const given = args.length > 0 ? [ids[words] ?? event.id] : [];
    const typed = [...words.split(' '), ...given];
    const run = (more: readonly string[]) => runnerOf(words)([...typed, ...more] as Typed);
    const { code, stdout } = await run(['--json']);
    expect(code, words).toBe(0);
    const { items, next } = JSON.parse(stdout);
    expect(Array.isArray(items) && (next === null || typeof next === 'string'), words).toBe(true);
    const table = await run(['--limit', '2']);
    expect(table.code, words).toBe(0);
    expect(table.stdout === '', words).toBe(items.length === 0);
    if (!options.some(({ flags }) => flags.startsWith('--format'))) continue;
    const lines = (await run(['--format', 'ndjson', '--all'])).stdout.split('\n').filter(Boolean);
    for (const line of lines) expect(JSON.parse(line), words).toBeTypeOf('object');
    expect(await run(['--format', 'csv', '--limit', '1'])).toMatchObject({ code: 0 });
  }
});

/** What is of all tenants is for operators. */
const runnerOf = (words: string) => (/^(environment|tenants) /.test(words) ? operator : posthorn);
