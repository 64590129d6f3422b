import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { sharedCloud } from '../../helpers/cloud.ts';
import { isShown, joined, partsOf, programsOf } from '../../helpers/guide/program.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const shown = programsOf(readFileSync(join(root, 'docs/client.md'), 'utf8'));

const folder = mkdtempSync(join(tmpdir(), 'posthorn-client-guide-'));
afterAll(() => rmSync(folder, { recursive: true }));
const program = join(folder, 'guide.ts');
writeFileSync(program, joined(shown, { '@posthorn/client': join(root, 'client/index.ts') }));

describe('docs/client.md', () => {
  it('has programs that compile', async () => {
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
    const typeRoots = [join(root, 'node_modules/@types')];
    const options = {
      ...compilerOptions,
      incremental: false,
      tsBuildInfoFile: null,
      noUnusedLocals: false,
      typeRoots,
    };
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['guide.ts'] }),
    );
    const compiled = run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    expect((await compiled.catch((error: { stdout: string }) => error)).stdout).toBe('');
  });

  it('has programs that print what stands below them', async () => {
    const cloud = await sharedCloud();
    const env = { ...process.env, POSTHORN_URL: cloud.apiUrl, POSTHORN_KEY: cloud.key };
    const { stdout } = await run(process.execPath, [program], { env, timeout: 50_000 });
    const printed = partsOf(stdout);
    expect(printed).toHaveLength(shown.length);
    for (const [place, { code, prints }] of shown.entries()) {
      const lines = printed[place]!;
      const isSame = lines.length === prints.length && lines.every((line, i) => isShown(line, prints[i]!));
      // What differs is shown as a whole.
      if (!isSame) expect(lines, code).toEqual(prints);
    }
    expect(shown.length).toBeGreaterThan(10);
  });
});
