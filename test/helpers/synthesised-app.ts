import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the CLI asks for: the construct's path beside each resource, by which the local cloud names it. */
const CDK_CONTEXT_JSON = JSON.stringify({ 'aws:cdk:enable-path-metadata': true });

/**
 * Synthesises a CDK app as its owner does, in a process of its own.
 * @param app its file, from the project's root
 * @returns the assembly's directory
 */
export async function synthesisedApp(
  app: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const CDK_OUTDIR = await mkdtemp(join(tmpdir(), 'assembly-'));
  await run(process.execPath, [app], { env: { ...process.env, ...env, CDK_CONTEXT_JSON, CDK_OUTDIR } });
  return CDK_OUTDIR;
}
