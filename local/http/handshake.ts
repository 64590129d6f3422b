/** How a WebSocket API takes or refuses a client's request to open a connection. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Invocation } from '../lambda/protocol.ts';
import { proxyAnswer } from './socket-response.ts';

/** Whether it is a handshake that can succeed. https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1 */
export function isHandshake({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')
  );
}

/** What $connect decided. A subprotocol is the client's only if the function's answer names it. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly subprotocol: string | undefined }
  | { readonly kind: 'refused'; readonly status: number };

/**
 * Any status that is not 2xx refuses. AWS documents that an error refuses, and not its status: it is the one that a
 * REST API's proxy integration answers with.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */
export function verdictOf(invocation: Invocation | 'timeout'): Verdict {
  if (invocation === 'timeout') return { kind: 'refused', status: 504 };
  const answer = invocation.kind === 'returned' ? proxyAnswer(invocation.payload) : undefined;
  if (!answer) return { kind: 'refused', status: 502 };
  if (answer.status < 200 || answer.status > 299) return { kind: 'refused', status: answer.status };
  return { kind: 'accepted', subprotocol: answer.headers['sec-websocket-protocol'] };
}

/** Answers with a plain HTTP response and ends the connection. */
export function refuse(stream: Duplex, status: number, ids: Readonly<Record<string, string>>): void {
  const body = JSON.stringify({ message: STATUS_CODES[status] ?? '', ...ids });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  stream.once('finish', () => stream.destroy());
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
