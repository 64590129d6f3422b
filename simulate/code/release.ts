import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../scenarios/usage-error.ts';
import { type Code, PROJECT } from './bundle.ts';
import { bundleAll } from './codes.ts';

/** What a function is bundled from. */
const SOURCES = ['lambdas', 'client', 'package.json', 'tsconfig.json'] as const;

/**
 * The functions' code as a commit has it. Packages are those that are installed.
 * @param ref a commit, such as `HEAD~20`
 * @throws Error when git does not know it
 */
export async function bundleRelease(
  folders: readonly string[],
  ref: string,
): Promise<ReadonlyMap<string, Code>> {
  const root = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const archive = git('archive', '--format=tar', ref, ...SOURCES);
    execFileSync('tar', ['-x', '-C', root], { input: archive });
    symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'));
    return await bundleAll(folders, { root });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/**
 * The commit that a ref names, so that a wrong one is told before anything runs.
 * @throws UsageError when git does not know it, or when its functions are not where they are now
 */
export function releaseNamed(ref: string): string {
  try {
    const commit = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)
      .toString()
      .trim();
    git('cat-file', '-e', `${commit}:lambdas`);
    return commit;
  } catch {
    throw new UsageError(`--old REF: expected a commit of this repository with lambdas/, got ${ref}`);
  }
}

/** The newest commit whose functions differ from those of the present one; undefined where git has no such history. */
export function releaseBefore(): string | undefined {
  try {
    const changed = git('log', '-1', '--format=%H', '--', 'lambdas').toString().trim();
    return git('rev-parse', '--verify', '--quiet', `${changed}~1`).toString().trim() || undefined;
  } catch {
    return undefined;
  }
}

function git(...given: string[]): Buffer {
  return execFileSync('git', given, {
    cwd: PROJECT,
    maxBuffer: 1 << 29,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
