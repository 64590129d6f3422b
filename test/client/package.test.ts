import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodes } from '../helpers/nodes.ts';
import { serveApi } from '../helpers/servers/api.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Of somebody else’s, with nothing in it but the package. */
const folder = mkdtempSync(join(tmpdir(), 'posthorn-client-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const quiet = ['--silent', '--no-audit', '--no-fund', '--offline'];
  await run('npm', ['pack', '-w', 'client', '--pack-destination', folder, ...quiet], { cwd: root });
  const [tarball = ''] = readdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module' }));
  await run('npm', ['install', ...quiet, `./${tarball}`], { cwd: folder });
}, 60_000);

const PROGRAM = `
import { NotFoundError, Posthorn } from '@posthorn/client';
const posthorn = new Posthorn({ url: process.argv[2], key: 'phk_key' });
const ids = [];
for await (const { id } of posthorn.listTargets()) ids.push(id);
const missing = await posthorn.getTarget({ id: 'tgt_none' }).catch((error) => error instanceof NotFoundError);
const publisher = posthorn.publisher();
const [published] = await publisher.publishBatch([{ type: 'a.b', data: {} }]);
await publisher.close();
console.log(JSON.stringify({ ids, missing, isPublished: published.id.startsWith('pub_') }));
`;

const CONSUMER = `
import { type Options, Posthorn, type Schemas } from '@posthorn/client';
const posthorn = new Posthorn({ url: 'https://example.com' });
export async function names(): Promise<string[]> {
  const found: string[] = [];
  for await (const target of posthorn.listTargets({ state: 'failing' })) found.push(target.name ?? target.id);
  return found;
}
export const target: Promise<Schemas['Target']> = posthorn.getTarget({ id: 'tgt_1' });
export const options: Options<'putTarget'> = { ifMatch: '"1"' };
// @ts-expect-error it needs an id
export const wrong = posthorn.getTarget({});
`;

describe('the package', () => {
  it('holds one file of JavaScript, its declarations, a guide and a licence, and needs no other package', () => {
    const at = join(folder, 'node_modules/@posthorn/client');
    expect(readdirSync(at).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
    expect(
      readdirSync(join(at, 'dist'), { recursive: true }).filter((name) => `${name}`.endsWith('.js')),
    ).toEqual(['index.js']);
    expect(JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'))).not.toHaveProperty('dependencies');
    expect(readdirSync(join(folder, 'node_modules/@posthorn'))).toEqual(['client']);
  });

  it.each([...nodes])('works in a program that %s runs', async (node) => {
    const { url } = await serveApi(({ path, body }) => {
      if (path.startsWith('/v1/targets/')) return { status: 404, body: { error: 'not_found', message: '' } };
      if (path.startsWith('/v1/targets')) {
        const isLast = path.includes('cursor');
        return { body: { items: [{ id: isLast ? 'b' : 'a' }], next: isLast ? null : 'more' } };
      }
      const events = JSON.parse(body).events.map(({ id }: { id: string }) => ({ id }));
      return { status: 202, body: { accepted: 1, rejected: 0, events } };
    });
    writeFileSync(join(folder, 'program.js'), PROGRAM);
    const { stdout } = await run(node, [join(folder, 'program.js'), url]);
    expect(JSON.parse(stdout)).toEqual({ ids: ['a', 'b'], missing: true, isPublished: true });
  });

  it.each([
    ['nodenext', { module: 'nodenext', types: ['node'], lib: ['es2023'] }],
    ['a bundler', { module: 'esnext', moduleResolution: 'bundler', types: [], lib: ['es2023', 'dom'] }],
  ])('has types for a program that is compiled for %s', async (_, options) => {
    writeFileSync(join(folder, 'consumer.ts'), CONSUMER);
    const compilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: false, target: 'es2022' },
      typeRoots: [join(root, 'node_modules/@types')],
      ...options,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    const compiled = run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    expect((await compiled.catch((error: { stdout: string }) => error)).stdout).toBe('');
  });

  it('is as small for a browser as docs/client.md says, and asks for nothing of Node', async () => {
    const entry =
      "import { Posthorn } from '@posthorn/client'; globalThis.posthorn = new Posthorn({ url: '' });";
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: folder },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
    });
    const bytes = gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
    const [, kB] =
      /at most (\d+) kB compressed/.exec(readFileSync(join(root, 'docs/client.md'), 'utf8')) ?? [];
    expect(bytes).toBeLessThan(Number(kB) * 1000);
    expect(bytes).toBeGreaterThan(Number(kB) * 750);
  });
});
