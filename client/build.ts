/**
 * Builds what the package holds: one file of JavaScript for every platform, and its declarations. openapi-fetch is in the
 * file, so that the package needs no other.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const dist = join(here, 'dist');
const declarations = join(here, 'dist/declarations');

rmSync(dist, { recursive: true, force: true });

await build({
  absWorkingDir: here,
  entryPoints: ['index.ts'],
  outfile: 'dist/index.js',
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  banner: { js: '// @posthorn/client, Apache-2.0. Holds openapi-fetch, MIT, © Drew Powers.' },
  logLevel: 'warning',
});

execFileSync(
  process.execPath,
  [
    join(here, '../node_modules/typescript/bin/tsc'),
    ...['-p', here, '--outDir', declarations, '--incremental', 'false', '--tsBuildInfoFile', 'null'],
    ...['--noEmit', 'false', '--declaration', '--emitDeclarationOnly'],
  ],
  { stdio: 'inherit' },
);
copyFileSync(join(here, 'schema.gen.d.ts'), join(declarations, 'schema.gen.d.ts'));
keep('index.d.ts');
rmSync(declarations, { recursive: true });
copyFileSync(join(here, '../LICENSE'), join(here, 'LICENSE'));

/** Keeps a declaration and what it names, each by the file that a program would load. */
function keep(path: string, kept = new Set<string>()): void {
  if (kept.has(path)) return;
  kept.add(path);
  const text = readFileSync(join(declarations, path), 'utf8');
  const named: string[] = [];
  const rewritten = text.replace(/((?:from|import\() ?'\.[^']*?)(?:\.d)?\.ts'/g, (_, before: string) => {
    named.push(join(dirname(path), `${before.replace(/^.*'/, '')}.d.ts`));
    return `${before}.js'`;
  });
  mkdirSync(join(dist, dirname(path)), { recursive: true });
  writeFileSync(join(dist, path), rewritten);
  for (const each of named) keep(each, kept);
}
