import { setTimeout as wait } from 'node:timers/promises';
import { EXIT } from './exit-codes.ts';
import { type Io, Terminated } from './io.ts';
import { run } from './main.ts';

/** The process: what `posthorn` starts. */

const aborting = new AbortController();
const endBy = (reason?: Error) => (): void => {
  if (aborting.signal.aborted) process.exit(EXIT.interrupted);
  aborting.abort(reason);
};
process.on('SIGINT', endBy());
process.on('SIGTERM', endBy(new Terminated('SIGTERM')));
// The terminal's window was closed. Both the system and a shell send it, so a second one says nothing new.
process.on('SIGHUP', () => aborting.abort(new Terminated('SIGHUP')));

// Whoever reads it has seen enough: `posthorn events list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.refused);
});

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  terminal: {
    stdin: process.stdin.isTTY === true,
    stdout: process.stdout.isTTY === true,
    stderr: process.stderr.isTTY === true,
  },
  columns: process.stdout.columns || process.stderr.columns || 100,
  signal: aborting.signal,
  now: Date.now,
  random: Math.random,
  sleep: (ms, signal = aborting.signal) => wait(ms, undefined, { signal }),
  openPage: async (url) => {
    const { default: open } = await import('open');
    await open(url);
  },
};

process.exitCode = await run(process.argv.slice(2), io);
