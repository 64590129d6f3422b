import { isObject, type JsonObject, parse } from '../values/json.ts';
import type { Kept, Opened } from './connections.ts';

/** What is said over the socket beside frames and requests, and before there is one. */

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
    case 'over':
      return problem(410, 'the listener of this ticket is over; make another');
    case 'too_many':
      return problem(429, opened.problem);
  }
}

/** What a message does. */
export interface Said {
  /** Prolongs the connection. */
  keepAlive(): Promise<Kept>;
  /** Takes the answer to a listener's request. @returns what is wrong with it; undefined when it is taken */
  takeAnswer(message: JsonObject): Promise<string | undefined>;
}

/** The answer to a message; none where an empty body says so. */
export async function answerTo(body: string | undefined, said: Said): Promise<SocketAnswer> {
  const message = parse(body ?? '');
  const { type, ...rest } = message.ok && isObject(message.value) ? message.value : {};
  switch (type) {
    case 'ping':
      return answer(PINGED[await said.keepAlive()]);
    case 'answer': {
      const wrong = await said.takeAnswer(rest);
      return wrong === undefined ? { statusCode: 200, body: '' } : answer(error(wrong, rest.id));
    }
    default:
      return answer(error('expected {"type":"ping"}, or {"type":"answer", …} of a listener'));
  }
}

const error = (message: string, id?: unknown) => ({
  type: 'error',
  message,
  ...(typeof id === 'string' && id.length <= 64 && { id }),
});

const PINGED: Readonly<Record<Kept, object>> = {
  kept: { type: 'pong' },
  ended: error('the credential of this connection has ended; connect anew'),
  replaced: error('its listener has another connection by now, or is over'),
};

const answer = (message: object): SocketAnswer => ({ statusCode: 200, body: JSON.stringify(message) });

const problem = (statusCode: number, message: string): SocketAnswer => ({
  statusCode,
  body: JSON.stringify({ message }),
});
