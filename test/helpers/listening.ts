import { Webhook } from 'standardwebhooks';
import { WebSocket } from 'ws';
import type { TestCloud } from './cloud.ts';
import { eventually } from './eventually.ts';

/** A request as it comes over the socket. */
interface SocketRequest {
  readonly id: string;
  readonly listener: string;
  readonly deadline: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyOf?: string;
}

export interface MadeListener {
  readonly id: string;
  readonly subscriptionId: string;
  readonly targetId: string;
  readonly secret: string;
  readonly expiresAt: string;
}

/** What a request is answered; undefined: nothing. */
export type Answering = (request: SocketRequest) => object | undefined;

export interface Listening {
  readonly listener: MadeListener;
  readonly requests: SocketRequest[];
  /** What was said beside requests. */
  readonly said: { readonly type: string; readonly message?: string; readonly id?: string }[];
  readonly socket: WebSocket;
  say(message: object): void;
  /** Without a word, as when a process is killed or a network breaks. */
  cut(): void;
  close(): Promise<void>;
}

export const makeListener = (
  cloud: Pick<TestCloud, 'api'>,
  events: readonly string[],
): Promise<MadeListener> => cloud.api.call<MadeListener>('POST', '/v1/listeners', { events });

const ok: Answering = () => ({ status: 200 });

/** Listens, in a few lines, as `posthorn listen` does: each request is verified, and answered. */
export async function listen(
  cloud: Pick<TestCloud, 'api'>,
  listener: MadeListener,
  answering: Answering = ok,
  ticket: object = {},
): Promise<Listening> {
  const { url } = await cloud.api.call<{ url: string }>('POST', '/v1/live/tickets', {
    listener: listener.id,
    ...ticket,
  });
  const requests: SocketRequest[] = [];
  const said: Listening['said'] = [];
  const socket = new WebSocket(url);
  const say = (message: object) => socket.send(JSON.stringify(message));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as SocketRequest & { readonly type: string };
    if (message.type !== 'request') {
      said.push(message);
      return;
    }
    if (message.body !== undefined) {
      const body = Buffer.from(message.body, 'base64').toString();
      new Webhook(listener.secret).verify(body, { ...message.headers });
    }
    requests.push(message);
    const answer = answering(message);
    if (answer) say({ type: 'answer', id: message.id, ...answer });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_, { statusCode }) =>
      reject(new Error(`expected a connection, got ${statusCode}`)),
    );
  });
  return {
    listener,
    requests,
    said,
    socket,
    say,
    cut: () => socket.terminate(),
    async close() {
      socket.close();
      await eventually(async () => {
        if (socket.readyState !== WebSocket.CLOSED) throw new Error('expected the socket to be closed');
      });
    },
  };
}
