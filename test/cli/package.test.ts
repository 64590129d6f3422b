import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../cli/version.ts';
import { nodes } from '../helpers/nodes.ts';
import { serveApi } from '../helpers/servers/api.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where a person's global packages go. */
const folder = mkdtempSync(join(tmpdir(), 'posthorn-package-'));
afterAll(() => rmSync(folder, { recursive: true }));
const posthorn = join(folder, 'bin/posthorn');
const at = join(folder, 'lib/node_modules/@posthorn/cli');

beforeAll(async () => {
  const quiet = ['--silent', '--no-audit', '--no-fund', '--offline'];
  await run('npm', ['pack', '-w', 'cli', '--pack-destination', folder, ...quiet], { cwd: root });
  const [tarball = ''] = readdirSync(folder);
  await run('npm', ['install', '-g', '--prefix', folder, ...quiet, join(folder, tarball)], { cwd: folder });
}, 60_000);

describe('the package of the command-line tool', () => {
  it('holds one file of JavaScript, a guide and licences, and needs no other package (A20)', () => {
    expect(readdirSync(at).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json', 'posthorn.js']);
    expect(readdirSync(join(at, 'dist')).sort()).toEqual(['LICENCES.txt', 'posthorn.js']);
    expect(JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'))).not.toHaveProperty('dependencies');
    const licences = readFileSync(join(at, 'dist/LICENCES.txt'), 'utf8');
    for (const name of ['commander', 'yaml', 'ws', '@clack/prompts', 'openapi-fetch'])
      expect(licences).toMatch(new RegExp(`^${name} [\\d.]+ \\(`, 'm'));
  });

  it('is a program by its own', () => {
    expect(statSync(posthorn).mode & 0o111).not.toBe(0);
  });

  it.each([...nodes])('works with %s (A20)', async (node) => {
    const { url } = await serveApi(() => ({
      body: { items: [{ id: 'tgt_1', name: 'Orders' }], next: null },
    }));
    const env = { ...process.env, POSTHORN_URL: url, POSTHORN_KEY: 'phk_key', POSTHORN_CONFIG_DIR: folder };
    const typed = async (...words: string[]) => (await run(node, [posthorn, ...words], { env })).stdout;
    expect(await typed('--version')).toBe(`${VERSION}\n`);
    expect(await typed('--help')).toContain('Start here:');
    expect(await typed('targets', 'list')).toMatch(/^ID +NAME.*\ntgt_1 +Orders/);
    const refused = run(node, [posthorn, 'targets', 'lst'], { env });
    await expect(refused).rejects.toMatchObject({ code: 2, stdout: '' });
  });
});
