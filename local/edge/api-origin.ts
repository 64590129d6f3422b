/** Sends a viewer's request on to an API. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AnswerHeaders } from './response-headers.ts';
import type { Pairs, ViewerRequest } from './viewer-event.ts';

export interface ApiOrigin {
  /** By which AWS finds the API. */
  readonly host: string;
  /** Where it is on this machine. */
  readonly url: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: IncomingMessage;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html */
const HOP_BY_HOP = /^(connection|keep-alive|proxy-.*|te|trailer|upgrade|transfer-encoding|expect)$/i;

/** Ends with the answer's head; its body follows. @param body the viewer's */
export async function askApi(
  origin: ApiOrigin,
  viewer: ViewerRequest,
  ip: string,
  body: IncomingMessage,
): Promise<ApiAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const isChunked = viewer.headers.some(([name]) => name.toLowerCase() === 'transfer-encoding');
  const headers = originHeaders(origin, viewer.headers, ip).filter(([name]) => !HOP_BY_HOP.test(name));
  const asked = httpRequest(`${origin.url}${target(viewer)}`, {
    method: viewer.method,
    headers: [...headers, ...(isChunked ? [['transfer-encoding', 'chunked'] as const] : [])].flat(),
    setHost: false,
  });
  asked.on('response', resolve).on('error', reject);
  body.on('error', (error) => asked.destroy(error)).pipe(asked);
  const answer = await promise;
  return { status: answer.statusCode ?? 502, headers: answerHeaders(answer), body: answer };
}

/**
 * Opens a WebSocket's connection to the API and lets both sides talk.
 * @returns ends the connection
 */
export function connectApi(
  origin: ApiOrigin,
  viewer: ViewerRequest,
  ip: string,
  socket: Duplex,
  head: Buffer,
): () => void {
  const { hostname, port } = new URL(origin.url);
  const upstream = connect(Number(port), hostname);
  const lines = originHeaders(origin, viewer.headers, ip).map(([name, value]) => `${name}: ${value}\r\n`);
  upstream.write(`${viewer.method} ${target(viewer)} HTTP/1.1\r\n${lines.join('')}\r\n`);
  upstream.write(head);
  const end = (): void => {
    upstream.destroy();
    socket.destroy();
  };
  for (const side of [upstream, socket]) side.on('error', end).on('close', end);
  socket.pipe(upstream).pipe(socket);
  return end;
}

const target = ({ uri, query }: ViewerRequest): string => (query === '' ? uri : `${uri}?${query}`);

function originHeaders({ host }: ApiOrigin, headers: Pairs, ip: string): Pairs {
  const forwarded = headers.filter(([name]) => name.toLowerCase() === 'x-forwarded-for');
  const others = headers.filter(([name]) => !/^(host|x-forwarded-for|via)$/i.test(name));
  return [
    ['host', host],
    ...others,
    ['x-forwarded-for', [...forwarded.map(([, value]) => value), ip].join(', ')],
    ['via', '1.1 local.cloudfront.net (CloudFront)'],
  ];
}

function answerHeaders({ headers }: IncomingMessage): AnswerHeaders {
  const kept = Object.entries(headers).filter(
    (header): header is [string, string | string[]] => header[1] !== undefined && !HOP_BY_HOP.test(header[0]),
  );
  return Object.fromEntries(kept);
}
