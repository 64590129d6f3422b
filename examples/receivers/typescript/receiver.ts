/** Receives webhooks of Posthorn: verifies them, drops duplicates, answers at once, and works later. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

const { PORT = '3000', WEBHOOK_SECRETS = '', QUEUE_SIZE = '1000', WORK_MS = '0' } = process.env;
/** The largest event of Posthorn, 4.5 MB, as base64 in a batch. Lower it to what your events need. */
const MAX_BODY = 8 * 1024 * 1024;
const KEEP_MS = 48 * 3600 * 1000;
const MAX_IDS = 100_000;

const secrets = WEBHOOK_SECRETS.split(/\s+/).filter((secret) => secret !== '');
if (secrets.length === 0 || !secrets.every(isSecret)) {
  console.error(
    'WEBHOOK_SECRETS: expected whsec_ and the base64 of 24 bytes or more; several with blanks between',
  );
  process.exit(1);
}
const signers = secrets.map((secret) => ({ secret, webhook: new Webhook(secret) }));

/** A wrong one would refuse every request. */
function isSecret(text: string): boolean {
  const key = text.slice('whsec_'.length);
  return text.startsWith('whsec_') && isBase64(key) && Buffer.from(key, 'base64').length >= 24;
}

/** Buffer leaves out what it can't read. */
function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}

interface Event {
  readonly id: string;
  readonly type: string;
  readonly body: Buffer;
}

/** The secret that signed the request. undefined: none did, or the request is more than five minutes old. */
function secretOf(body: Buffer, headers: IncomingHttpHeaders): string | undefined {
  return signers.find(({ webhook }) => {
    try {
      // The bytes as they came: JSON that is parsed and written again is signed by nobody.
      webhook.verify(body, headers as Record<string, string>, { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  })?.secret;
}

/** The events to work on; tests are none. @throws SyntaxError for a batch that is none */
function eventsIn(body: Buffer, headers: IncomingHttpHeaders): Event[] {
  if ('posthorn-batch' in headers) return eventsOf(JSON.parse(`${body}`));
  if (headers['posthorn-test'] === 'true') return [];
  return [{ id: `${headers['webhook-id']}`, type: `${headers['posthorn-event-type'] ?? ''}`, body }];
}

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly test?: boolean;
  readonly data?: unknown;
  readonly data_base64?: string;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { id, type, data, data_base64 } = value as Record<string, unknown>;
  if (typeof id !== 'string' || typeof type !== 'string') return false;
  if (data_base64 === undefined) return data !== undefined;
  return typeof data_base64 === 'string' && isBase64(data_base64);
}

function eventsOf(batch: unknown): Event[] {
  if (!Array.isArray(batch) || !batch.every(isEntry)) throw new SyntaxError('expected an array of events');
  return batch
    .filter(({ test }) => test !== true)
    .map(({ id, type, data, data_base64 }) => ({
      id,
      type,
      body:
        data_base64 === undefined ? Buffer.from(JSON.stringify(data)) : Buffer.from(data_base64, 'base64'),
    }));
}

/**
 * When each id came, the oldest first. Several processes need a shared store instead: a table with a unique key, or Redis
 * (`SET id 1 NX EX 172800`).
 */
const seen = new Map<string, number>();
/** A process that dies loses what is in here. Where that matters, put events into a durable queue before you answer. */
const queue: Event[] = [];
let isWorking = false;

/** Queues the events that are new. @returns false if there is no room for all of them */
function accept(events: readonly Event[]): boolean {
  const now = Date.now();
  for (const [id, at] of seen) {
    if (now - at < KEEP_MS && seen.size <= MAX_IDS) break;
    seen.delete(id);
  }
  const fresh = new Map(events.filter(({ id }) => !seen.has(id)).map((event) => [event.id, event]));
  if (queue.length + fresh.size > Number(QUEUE_SIZE)) return false;
  for (const id of fresh.keys()) seen.set(id, now);
  queue.push(...fresh.values());
  if (!isWorking) void work();
  return true;
}

async function work(): Promise<void> {
  isWorking = true;
  for (let event = queue.shift(); event; event = queue.shift()) {
    try {
      await handle(event);
    } catch (error) {
      // It was answered with 2xx and does not come again: keep what fails.
      console.error('failed', event.id, error);
    }
  }
  isWorking = false;
}

/** Your own work. */
async function handle({ id, type, body }: Event): Promise<void> {
  await sleep(Number(WORK_MS));
  console.log(`handled ${id} ${type}, ${body.length} bytes`);
}

function challengeAnswer(secret: string, body: Buffer): string {
  const asked: { challenge?: unknown } | null = JSON.parse(`${body}`);
  const challenge = asked?.challenge;
  if (typeof challenge !== 'string') throw new SyntaxError('expected a challenge');
  return JSON.stringify({
    response: `sha256=${createHmac('sha256', secret).update(challenge).digest('hex')}`,
  });
}

type Answer = readonly [status: number, text?: string, headers?: Record<string, string>];

async function answerTo(request: IncomingMessage): Promise<Answer> {
  const { method, url, headers } = request;
  if (url !== '/hook') return [404];
  if (method !== 'POST') return [405, 'expected POST', { allow: 'POST' }];
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  if (size > MAX_BODY) return [413, 'the body is too large'];
  const body = Buffer.concat(chunks);
  const secret = secretOf(body, headers);
  if (!secret) return [401, 'the signature or the time is wrong'];
  // The id is signed, the type is not.
  if (
    `${headers['webhook-id']}`.startsWith('chl_') &&
    headers['posthorn-event-type'] === 'posthorn.challenge'
  )
    return [200, challengeAnswer(secret, body), { 'content-type': 'application/json' }];
  if (accept(eventsIn(body, headers))) return [202];
  return [503, 'too much to do', { 'retry-after': '5' }];
}

const server = createServer(async (request, response) => {
  const [status, text = '', headers] = await answerTo(request).catch((error): Answer => {
    if (error instanceof SyntaxError)
      return [400, 'expected a batch, a JSON array of events, or a challenge'];
    console.error(error);
    return [500];
  });
  console.log(status, request.headers['webhook-id']);
  response.writeHead(status, headers).end(text);
});
server.listen(Number(PORT), () => console.log('listening on', PORT));
// Node ends when the last connection is closed and the queue is empty.
process.on('SIGTERM', () => server.close());
