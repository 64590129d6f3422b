import { createHash } from 'node:crypto';
import { rfc3339 } from '../values/rfc3339.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import type { Proof } from './proof.ts';

/** What a listener's connection is sent. */
interface SocketRequest {
  readonly type: 'request';
  readonly id: string;
  readonly listener: string;
  /** RFC 3339: what is answered later comes too late. */
  readonly deadline: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In base64. */
  readonly body?: string;
  /** The event whose payload is the body, where that is too large for a message. */
  readonly bodyOf?: string;
}

/**
 * A request's id follows from what its signature covers. So one that comes twice, captured or sent again over another
 * connection, is the same request.
 */
export const requestIdOf = ({ id, timestamp }: Pick<Proof, 'id' | 'timestamp'>): string =>
  `req_${createHash('sha256').update(`${id}.${timestamp}`).digest('base64url').slice(0, 22)}`;

/** What Posthorn sets on a delivery: see `describeEvent`. All else is of the way through API Gateway. */
const SENT = /^(webhook-|posthorn-|ce-)|^(content-type|user-agent|traceparent|tracestate)$/;

const headersIn = (headers: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value !== undefined && SENT.test(name) ? [[name, value]] : [],
    ),
  );

export interface Relayed {
  readonly id: string;
  readonly listener: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** A request as the text of a message. */
export function messageOf({ id, listener, until, headers, body }: Relayed): string {
  const message: SocketRequest = {
    type: 'request',
    id,
    listener,
    deadline: rfc3339(until),
    headers: headersIn(headers),
  };
  const whole =
    body.length < MAX_MESSAGE_BYTES
      ? JSON.stringify({ ...message, body: body.toString('base64') })
      : undefined;
  return whole !== undefined && Buffer.byteLength(whole) <= MAX_MESSAGE_BYTES
    ? whole
    : JSON.stringify({ ...message, bodyOf: headers['webhook-id'] });
}
