import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
