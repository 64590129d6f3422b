import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { onFileEnd } from './file-end.ts';

/** The command-line tool as a process of its own. */
export interface CliProcess {
  stdout: string;
  stderr: string;
  /** Waits until it has said this, on stdout or stderr. */
  says(text: string | RegExp): Promise<void>;
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGKILL'): void;
  /** The exit code; null of one that a signal has ended. */
  readonly ended: Promise<number | null>;
}

const BIN = fileURLToPath(new URL('../../cli/bin.ts', import.meta.url));

/** Starts it. It ends with the test file at the latest. */
export function cliProcess(
  { apiUrl, key }: { readonly apiUrl: string; readonly key: string },
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): CliProcess {
  const child = spawn(process.execPath, ['--no-warnings', BIN, ...args], {
    env: {
      PATH: process.env.PATH,
      POSTHORN_CONFIG_DIR: mkdtempSync(join(tmpdir(), 'posthorn-cli-')),
      POSTHORN_URL: apiUrl,
      POSTHORN_KEY: key,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onFileEnd(async () => void child.kill('SIGKILL'));
  const one: CliProcess = {
    stdout: '',
    stderr: '',
    says: (text) => eventually(() => expect(`${one.stdout}\n${one.stderr}`).toMatch(text)),
    signal: (name) => void child.kill(name),
    ended: new Promise((resolve) => child.on('close', resolve)),
  };
  child.stdout.on('data', (chunk: Buffer) => {
    one.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    one.stderr += chunk;
  });
  return one;
}
