import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliOf, posthorn } from '../../helpers/cli.ts';
import { sharedCloud } from '../../helpers/cloud.ts';

const cloud = await sharedCloud();

const folder = (): string => mkdtempSync(join(tmpdir(), 'posthorn-cli-'));

test('login keeps the key for its owner alone, shows it nowhere, and later commands use it (A20)', async () => {
  const POSTHORN_CONFIG_DIR = folder();
  const env = { POSTHORN_CONFIG_DIR };
  const login = await posthorn(['login', '--url', `${cloud.apiUrl}/`, '--key-stdin'], {
    env,
    stdin: `${cloud.key}\n`,
  });
  expect(login).toMatchObject({ code: 0 });
  const path = join(POSTHORN_CONFIG_DIR, 'config.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(path, 'utf8')).profiles.default).toEqual({
    url: cloud.apiUrl,
    key: cloud.key,
  });

  const who = await posthorn('whoami --json', { env });
  expect(JSON.parse(who.stdout)).toMatchObject({
    profile: 'default',
    url: cloud.apiUrl,
    tenantId: expect.any(String),
  });
  const profiles = await posthorn('profiles', { env });
  const debug = await posthorn('whoami --debug', { env });
  expect(debug.stderr).toContain('GET ');
  const all = [login, who, profiles, debug].flatMap(({ stdout, stderr }) => [stdout, stderr]).join();
  expect(all).not.toContain(cloud.key);

  await posthorn('logout', { env });
  expect(await posthorn('whoami', { env })).toMatchObject({ code: 1, stdout: '' });
});

test('a key that is not good is not kept, and the exit code says so', async () => {
  const env = { POSTHORN_CONFIG_DIR: folder() };
  const login = await posthorn(['login', '--url', cloud.apiUrl, '--key-stdin'], { env, stdin: 'phk_wrong' });
  expect(login).toMatchObject({ code: 4, stdout: '' });
  expect(login.stderr).toContain('posthorn login');
  expect((await posthorn('profiles --json', { env })).stdout).toContain('[]');
});

test('without a profile it finds the local cloud that runs, and not one that has ended', async () => {
  const env = { POSTHORN_CONFIG_DIR: folder() };
  const announce = (pid: number): void =>
    writeFileSync(
      join(env.POSTHORN_CONFIG_DIR, 'local.json'),
      JSON.stringify({ url: cloud.apiUrl, key: cloud.key, console: cloud.consoleUrl, pid }),
    );
  announce(process.pid);
  expect((await posthorn('whoami', { env })).stdout).toContain(cloud.apiUrl);
  const opened: string[] = [];
  await posthorn('open', { env, openPage: async (url) => void opened.push(url) });
  expect(opened.join()).toMatch(new RegExp(`^${cloud.consoleUrl}/#link=phl_`));
  announce(2 ** 30);
  expect(await posthorn('whoami', { env })).toMatchObject({ code: 1 });
});

test('what is out of reach, refused and not understood has a code of its own', async () => {
  const here = cliOf(cloud);
  expect(
    await posthorn('targets list', { env: { POSTHORN_URL: 'http://127.0.0.1:9', POSTHORN_KEY: 'x' } }),
  ).toMatchObject({ code: 5 });
  expect(await here('targets lst')).toMatchObject({ code: 2 });
  expect(await here('targets list --limit none')).toMatchObject({ code: 2 });
  expect(await here('targets list --profile nobody')).toMatchObject({ code: 2 });
});
