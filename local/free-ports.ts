import { createServer, type Server } from 'node:http';
import { close, listen } from './services/endpoint.ts';

/** A port, and the option of the command line that names it. */
export interface NamedPort {
  readonly option: string;
  /** 0 is any free one. */
  readonly port: number;
}

/**
 * Tries ports before the minutes that a synthesis may take. All are held until the last is tried, so that two options with
 * one port are found too.
 * @throws Error that names the option
 */
export async function tryPorts(ports: readonly NamedPort[]): Promise<void> {
  const held: Server[] = [];
  try {
    for (const named of ports) {
      const server = createServer();
      await listen(server, named.port).catch((error: NodeJS.ErrnoException) => {
        throw error.code === undefined ? error : new Error(portProblem(error, named), { cause: error });
      });
      held.push(server);
    }
  } finally {
    await Promise.all(held.map(close));
  }
}

/** Why a port can't be had, and what to type instead. */
export function portProblem({ code, message }: NodeJS.ErrnoException, { option, port }: NamedPort): string {
  if (code !== 'EADDRINUSE') return `--${option}: ${message}`;
  const other = port > 65_000 ? port - 10 : port + 10;
  return `port ${port} is taken: give another one, as in \`npm start -- --${option} ${other}\`, or 0 for any free one`;
}
