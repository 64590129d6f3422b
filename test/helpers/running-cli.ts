import { expect } from 'vitest';
import { cliOf, type Ran, type RunOptions, type Typed } from './cli.ts';
import { eventually } from './eventually.ts';

/** A command that goes on until it is told to end. */
export interface RunningCli {
  readonly said: { stdout: string; stderr: string };
  /** Waits until it has said this, on stdout or stderr. */
  says(text: string | RegExp): Promise<void>;
  /** Its lines on stdout, as JSON. */
  lines(): Record<string, unknown>[];
  /** Ctrl-C. */
  end(): Promise<Ran>;
  /** Ends by itself. */
  readonly ran: Promise<Ran>;
}

export function runningCli(
  environment: { readonly apiUrl: string; readonly key: string },
  typed: Typed,
  options: RunOptions = {},
): RunningCli {
  const ctrlC = new AbortController();
  const said = { stdout: '', stderr: '' };
  const ran = cliOf(environment)(typed, {
    ...options,
    signal: ctrlC.signal,
    onStdout: (text) => {
      said.stdout += text;
    },
    onStderr: (text) => {
      said.stderr += text;
    },
  });
  return {
    said,
    ran,
    says: (text) => eventually(() => expect(`${said.stdout}\n${said.stderr}`).toMatch(text)),
    lines: () =>
      said.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    end() {
      ctrlC.abort();
      return ran;
    },
  };
}
