import type { Readable, Writable } from 'node:stream';

/** What the tool has of the outside world. Tests hand in their own. */
export interface Io {
  /** Data, and nothing else. */
  readonly stdout: Writable;
  /** What is said to a person. */
  readonly stderr: Writable;
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths begin here. */
  readonly cwd: string;
  /** Whether each is a terminal. */
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Characters in a line of the terminal. */
  readonly columns: number;
  /** Aborted by the first Ctrl-C, or by a SIGTERM or SIGHUP with `Terminated` as the reason; the second one ends the process. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** Waits; rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<unknown>;
  /** Opens a page in the person's browser. */
  openPage(url: string): Promise<void>;
}

/** Somebody wants the process to end who is not at the keyboard, so nothing is asked any more. */
export class Terminated extends Error {
  override readonly name = 'Terminated';
}
