import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { onFileEnd } from '../file-end.ts';
import { refusingUrl } from '../servers/endpoint.ts';
import { folderOf, type Language } from './languages.ts';

const START_MS = 60_000;

export interface Receiver {
  /** Of its path for webhooks. */
  readonly url: string;
  /** What it has printed. */
  readonly lines: () => readonly string[];
  /** How often it has worked on the event, as `type, N bytes`. */
  readonly handled: (id: string) => readonly string[];
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}

interface Settings {
  readonly secrets: readonly string[];
  readonly workMs?: number;
  readonly queueSize?: number;
}

interface Processes {
  readonly children: readonly ChildProcess[];
  readonly output: () => string;
}

function startProcesses(
  language: Language,
  commands: ReturnType<Language['commands']>,
  port: number,
  settings: Settings,
): Processes {
  const database = join(mkdtempSync(join(tmpdir(), 'receiver-')), 'inbox.sqlite');
  let output = '';
  const children = commands.map(([program, ...args]) => {
    const child = spawn(program!, args, {
      cwd: folderOf(language),
      env: {
        ...process.env,
        PORT: String(port),
        WEBHOOK_SECRETS: settings.secrets.join(' '),
        WORK_MS: String(settings.workMs ?? 0),
        QUEUE_SIZE: String(settings.queueSize ?? 1000),
        DATABASE: database,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    return child;
  });
  onFileEnd(() => Promise.all(children.map((child) => end(child, 'SIGKILL'))));
  return { children, output: () => output };
}

/** Starts a receiver that refuses to. @returns what it has printed, and its exit code */
export async function refusalOf(language: Language, secrets: readonly string[]) {
  const port = Number(new URL(await refusingUrl()).port);
  const [server] = language.commands(port);
  const { children, output } = startProcesses(language, [server!], port, { secrets });
  const [code] = await once(children[0]!, 'close');
  return { code, output: output() };
}

/** A receiver in processes of its own, until the test file ends. */
export async function startReceiver(language: Language, settings: Settings): Promise<Receiver> {
  const origin = await refusingUrl();
  const port = Number(new URL(origin).port);
  const { children, output } = startProcesses(language, language.commands(port), port, settings);
  await eventually(
    async () => {
      if (children.some(hasEnded)) throw new Error(`${language.name} ended:\n${output()}`);
      await reach(port);
    },
    { timeout: START_MS },
  );
  const lines = (): readonly string[] => output().split('\n');
  return {
    url: `${origin}/hook`,
    lines,
    handled: (id) =>
      lines().flatMap((line) => {
        const [, of, what] = /handled (\S+) (.*)/.exec(line) ?? [];
        return of === id ? [what!] : [];
      }),
    stop: async () => void (await Promise.all(children.map((child) => end(child, 'SIGTERM')))),
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

async function reach(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}
