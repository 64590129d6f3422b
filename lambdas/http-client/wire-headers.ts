import type { Kind } from './connections.ts';

/** All headers of a request, in their order: those given, and those of the connection. */
export const wireHeaders = (
  host: string,
  headers: Readonly<Record<string, string>>,
  bytes: number,
  kind: Kind,
): Record<string, string> => ({
  host,
  ...headers,
  'content-length': String(bytes),
  connection: kind === 'fresh' ? 'close' : 'keep-alive',
});
