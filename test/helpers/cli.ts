import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { parse } from 'shell-quote';
import type { Io } from '../../cli/io.ts';
import { run } from '../../cli/main.ts';

/** The command-line tool in this process, as a person or a script would run it. */

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Nothing when left out. */
  readonly stdin?: string | Uint8Array;
  /** In place of `stdin`: what comes bit by bit, such as keys. */
  readonly input?: Readable;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether all three are terminals: false when left out. */
  readonly isTerminal?: boolean;
  /** Characters in a line of the terminal: 120 when left out. */
  readonly columns?: number;
  /** Ctrl-C. */
  readonly signal?: AbortSignal;
  readonly now?: () => number;
  /** Told of each piece of stdout as it comes. */
  readonly onStdout?: (text: string) => void;
  /** Told of each piece of stderr as it comes. */
  readonly onStderr?: (text: string) => void;
  readonly openPage?: (url: string) => Promise<void>;
}

/** What is typed after `posthorn`: as a line of a shell, or word by word. */
export type Typed = string | readonly string[];

const words = (typed: Typed): readonly string[] =>
  typeof typed !== 'string'
    ? typed
    : parse(typed).map((word) => {
        if (typeof word === 'string') return word;
        if ('op' in word && word.op === 'glob') return word.pattern;
        throw new Error(`expected words of a command, got ${JSON.stringify(word)} in ${typed}`);
      });

/** Runs the tool once, with no settings of this machine's user. */
export async function posthorn(typed: Typed, options: RunOptions = {}): Promise<Ran> {
  const stdout = collector(options.onStdout);
  const stderr = collector(options.onStderr);
  const isTerminal = options.isTerminal ?? false;
  const signal = options.signal ?? new AbortController().signal;
  const io: Io = {
    stdout: stdout.stream,
    stderr: stderr.stream,
    stdin:
      options.input ??
      (options.stdin === undefined ? new PassThrough().end() : Readable.from([Buffer.from(options.stdin)])),
    env: { POSTHORN_CONFIG_DIR: emptyFolder(), ...options.env },
    cwd: options.cwd ?? process.cwd(),
    terminal: { stdin: isTerminal, stdout: isTerminal, stderr: isTerminal },
    columns: options.columns ?? 120,
    signal,
    now: options.now ?? Date.now,
    random: Math.random,
    sleep: (ms, ends = signal) => wait(ms, undefined, { signal: ends }),
    openPage: options.openPage ?? (async () => {}),
  };
  const code = await run(words(typed), io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** The tool against an environment: `await posthorn('targets list --json')`. */
export const cliOf =
  ({ apiUrl, key }: { readonly apiUrl: string; readonly key: string }) =>
  (typed: Typed, options: RunOptions = {}): Promise<Ran> =>
    posthorn(typed, { ...options, env: { POSTHORN_URL: apiUrl, POSTHORN_KEY: key, ...options.env } });

const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'posthorn-cli-'));

function collector(told?: (text: string) => void): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(Buffer.from(chunk));
      told?.(chunk.toString());
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
