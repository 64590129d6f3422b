import type { IncomingHttpHeaders } from 'node:http';

/** The parts of fastify's request and reply that are used here; fastify is fauxqs' dependency, not ours. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  body: unknown;
}

export interface Reply {
  readonly statusCode: number;
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): Reply;
}
