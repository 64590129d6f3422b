import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** Everything that a synthesised template and its bundles are made of. */
const SOURCES = ['{bin,lib,lambdas}/**/*.ts', 'cdk.json', 'package-lock.json', 'tsconfig.json'];

/**
 * Synthesises an environment into `.local/<env>`, unless nothing has changed since the last time: bundling takes
 * most of the seconds that a start takes.
 *
 * @returns the assembly's directory
 * @throws Error with the output of `cdk synth` when that fails
 */
export async function synthesise(environment: string): Promise<string> {
  const directory = join(projectRoot, '.local', environment);
  const stamp = join(directory, 'sources.sha256');
  const wanted = hashOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return directory;
  await cdkSynth(environment, directory);
  writeFileSync(stamp, wanted);
  return directory;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: projectRoot }).sort()) {
    hash.update(`${file}\n`).update(readFileSync(join(projectRoot, file)));
  }
  return hash.digest('hex');
}

async function cdkSynth(environment: string, directory: string): Promise<void> {
  const cdk = join(projectRoot, 'node_modules/aws-cdk/bin/cdk');
  const args = [cdk, 'synth', '--quiet', '--context', `env=${environment}`, '--output', directory];
  const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`cdk synth ended with code ${code}:\n${output}`);
}
