import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../cli/context.ts';
import { readConfig, writeConfig } from '../../cli/profiles/config-file.ts';
import { consoleUrl } from '../../cli/profiles/console-url.ts';
import { isInClear } from '../../cli/profiles/resolve.ts';
import { posthorn } from '../helpers/cli.ts';
import { serveApi } from '../helpers/servers/api.ts';

const contextOf = (url: string, console?: string): Context =>
  ({
    io: { signal: AbortSignal.timeout(10_000) },
    profile: async () => ({ name: 'test', url, key: 'phk_1', console }),
  }) as unknown as Context;

test.each([
  'file:///etc/passwd',
  'javascript:alert(1)',
  '--gpu-launcher=calc',
  'https://user:pass@example.com',
  'https://example.com/?a=b',
  '$(calc)',
])('a link with a token leads to no console such as %s (A20)', async (address) => {
  await expect(consoleUrl(contextOf('https://api.example.com'), address)).rejects.toThrow(
    'expected an address',
  );
  await expect(consoleUrl(contextOf('https://api.example.com', address), undefined)).rejects.toThrow(
    'expected an address',
  );
});

test('the console is not where the API redirects to: a browser would take the token along (A20)', async () => {
  const elsewhere = await serveApi(() => ({ headers: { 'content-type': 'text/html' }, body: '<p>' }));
  const api = await serveApi(() => ({
    status: 302,
    headers: { 'content-type': 'text/html', location: elsewhere.url },
    body: '<p>',
  }));
  await expect(consoleUrl(contextOf(api.url), undefined)).rejects.toThrow(
    'does not say where the console is',
  );
  expect(elsewhere.asked).toEqual([]);
  expect(await consoleUrl(contextOf(elsewhere.url), undefined)).toBe(elsewhere.url);
});

test('what login keeps is for its user alone, whatever profiles are called (A20)', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'profiles-')), 'posthorn');
  const io = { env: { POSTHORN_CONFIG_DIR: folder } };
  const one = { url: 'https://api.example.com', key: 'phk_1' };
  const profiles = Object.fromEntries([
    ['__proto__', one],
    ['constructor', one],
  ]);
  const path = await writeConfig(io, { current: '__proto__', profiles });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await readdir(folder)).toEqual(['config.json']);
  expect(Object.keys((await readConfig(io)).profiles)).toEqual(['__proto__', 'constructor']);
});

test.each([
  ['http://api.example.com', true],
  ['http://10.0.0.5:4000', true],
  ['http://localhost.example.com', true],
  ['https://api.example.com', false],
  ['http://localhost:4000', false],
  ['http://api.localhost', false],
  ['http://127.0.0.1:4000/base', false],
  ['http://[::1]:4000', false],
])('a key that goes to %s is readable on the way: %s (A20)', (url, isReadable) => {
  expect(isInClear(url)).toBe(isReadable);
});

test('without a sign-in, it says that a local cloud may still be starting (A20)', async () => {
  const env = { POSTHORN_CONFIG_DIR: await mkdtemp(join(tmpdir(), 'profiles-')) };
  const { stderr } = await posthorn('targets list', { env });
  expect(stderr).toContain('no local cloud runs on this machine, or it is still starting');
  expect(stderr).toContain('It is ready once it prints its addresses.');
});
