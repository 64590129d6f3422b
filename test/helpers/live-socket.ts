import { WebSocket } from 'ws';
import type { Frame } from '../../lambdas/live/frame.ts';
import type { TestCloud } from './cloud.ts';
import { eventually } from './eventually.ts';

/** Whose connection it is. */
export interface Watching {
  readonly frames: Frame[];
  /** What was said that is no frame. */
  readonly said: { readonly type: string; readonly message?: string }[];
  readonly socket: WebSocket;
  say(text: string): void;
  /** Ends when the other side has heard of it. */
  close(): Promise<void>;
}

export const ticketFor = async (cloud: TestCloud, credential: string) => {
  const { status, body } = await cloud.request('POST', '/v1/live/tickets', undefined, {
    authorization: `Bearer ${credential}`,
  });
  if (status !== 201) throw new Error(`expected a ticket, got ${status} ${JSON.stringify(body)}`);
  return body as { ticket: string; url: string; expiresAt: string };
};

/** The answer to a handshake that is refused; 101 where it is not. */
export const handshakeStatus = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode!));
    socket.on('error', reject);
  });

/** Connects with a ticket, and keeps what comes. */
export async function watchLive(cloud: TestCloud, credential: string): Promise<Watching> {
  const { url } = await ticketFor(cloud, credential);
  const frames: Frame[] = [];
  const said: Watching['said'] = [];
  const socket = new WebSocket(url);
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Frame | Watching['said'][number];
    if (message.type === 'frame') frames.push(message as Frame);
    else said.push(message);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    frames,
    said,
    socket,
    say: (text) => socket.send(text),
    async close() {
      socket.close();
      await eventually(async () => {
        if (socket.readyState !== WebSocket.CLOSED) throw new Error('expected the socket to be closed');
      });
    },
  };
}

/** All outcomes of frames, in the order in which they came. */
export const outcomesIn = (frames: readonly Frame[]) => frames.flatMap(({ outcomes = [] }) => outcomes);
