import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { onFileEnd } from '../file-end.ts';

interface Arrival {
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: Buffer;
}

/** A receiver as docs/delivery.md wants it, with the official library. It lasts as long as the test file. */
export async function startReceiver(secret: string): Promise<{ url: string; arrivals: readonly Arrival[] }> {
  const webhook = new Webhook(secret);
  const arrivals: Arrival[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    arrivals.push({ headers: request.headers, body });
    try {
      webhook.verify(body, request.headers as Record<string, string>, { jsonParse: false });
    } catch {
      response.writeHead(401).end('wrong signature');
      return;
    }
    if (request.headers['posthorn-event-type'] !== 'posthorn.challenge') {
      response.writeHead(204).end();
      return;
    }
    const { challenge } = JSON.parse(body.toString());
    const hmac = createHmac('sha256', secret).update(challenge).digest('hex');
    response.end(JSON.stringify({ response: `sha256=${hmac}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onFileEnd(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, arrivals };
}
