import { spawn } from 'node:child_process';
import type { Message } from '../../client/index.ts';
import { CommandError } from '../failure.ts';
import type { Io } from '../io.ts';

/** What a command finds in its environment: what the message says of itself, and headers that verify it. */
function variablesOf({ id, type, attempt, headers }: Message): Record<string, string> {
  const named = Object.entries(headers).map(([name, value]) => [variable(name), value] as const);
  return {
    POSTHORN_MESSAGE_ID: id,
    POSTHORN_MESSAGE_TYPE: type,
    POSTHORN_MESSAGE_ATTEMPT: String(attempt),
    ...Object.fromEntries(named),
  };
}

/** `webhook-signature` is `HTTP_WEBHOOK_SIGNATURE`, as CGI has it (RFC 3875, 4.1.18). */
const variable = (header: string): string => `HTTP_${header.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;

/** A message's body as it was published. */
const bytesOf = ({ body, encoding }: Pick<Message, 'body' | 'encoding'>): Buffer =>
  Buffer.from(body, encoding === 'text' ? 'utf8' : 'base64');

/**
 * Runs a command line for a message: in the shell, with the body as its input. Its output is that of the tool.
 * @throws CommandError unless it ends with 0
 */
export function runCommand(
  { env, cwd, stdout, stderr }: Pick<Io, 'env' | 'cwd' | 'stdout' | 'stderr'>,
  line: string,
  message: Message,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { POSTHORN_KEY: _, ...inherited } = env;
    const child = spawn(line, { shell: true, cwd, env: { ...inherited, ...variablesOf(message) } });
    child.stdout.pipe(stdout, { end: false });
    child.stderr.pipe(stderr, { end: false });
    // A command need not read what it gets.
    child.stdin.on('error', () => {});
    child.stdin.end(bytesOf(message));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new CommandError(`the command ended with ${code ?? signal}`));
    });
  });
}
