import { isObject, parse } from '../values/json.ts';
import type { Opened } from './connections.ts';

/** What is said over the socket beside frames, and before there is one. */

interface SocketAnswer {
  readonly statusCode: number;
  readonly body: string;
}

/** The answer to the handshake. A browser shows neither status nor text of one that is refused; other clients do. */
export function refusalOf(opened: Opened): SocketAnswer {
  switch (opened.kind) {
    case 'open':
      return { statusCode: 200, body: '' };
    case 'refused':
      return problem(
        401,
        'expected a ticket of POST /v1/live/tickets that is not used and not older than a minute',
      );
    case 'too_many':
      return problem(429, opened.problem);
  }
}

/** The answer to a message. @param keepAlive prolongs the connection; false when its credential has ended */
export async function answerTo(
  body: string | undefined,
  keepAlive: () => Promise<boolean>,
): Promise<SocketAnswer> {
  const message = parse(body ?? '');
  if (!message.ok || !isObject(message.value) || message.value.type !== 'ping') {
    return said({ type: 'error', message: 'expected {"type":"ping"}' });
  }
  return said(
    (await keepAlive())
      ? { type: 'pong' }
      : { type: 'error', message: 'the credential of this connection has ended; connect anew' },
  );
}

const said = (message: object): SocketAnswer => ({ statusCode: 200, body: JSON.stringify(message) });

const problem = (statusCode: number, message: string): SocketAnswer => ({
  statusCode,
  body: JSON.stringify({ message }),
});
