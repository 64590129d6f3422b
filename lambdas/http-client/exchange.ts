import { type ClientRequest, type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Travel } from './attempt-record.ts';
import { travelOf } from './connection-trace.ts';
import { type Connections, type Identity, type Kind, type Recording, recordingOf } from './connections.ts';
import { readRawAnswer } from './raw-answer.ts';
import { whereOf } from './where.ts';
import { wireHeaders } from './wire-headers.ts';

export interface Request {
  /** POST when left out. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | undefined;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Over https. */
  readonly identity?: Identity | undefined;
  /** Names of the answer's headers to be handed on, in lower case. */
  readonly wanted?: readonly string[] | undefined;
}

export interface Answer {
  readonly status: number;
  /** The values of its Retry-After headers. */
  readonly retryAfter: readonly string[];
  /** Those that were wanted, and that it has. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** When the status was known. Milliseconds since the epoch. */
  readonly at: number;
  /** As far as it was read. */
  readonly body: Buffer;
  /** Whether its end has come: not of one that was cut off, that broke off, or that can't be read to its end. */
  readonly isWhole: boolean;
}

export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly travel: Travel }
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      readonly travel: Travel;
      /** The connection had been used before, and nothing came over it any more. */
      readonly isStale: boolean;
    };

/**
 * Makes one request, and follows no redirect. What has a status line is an answer: a head or body behind it that is broken, that
 * breaks off or that does not end before the deadline is taken as far as it came.
 *
 * @param timeoutMs for the whole exchange
 * @param clock milliseconds since the epoch
 */
export function exchange(
  connections: Connections,
  kind: Kind,
  request: Request,
  timeoutMs: number,
  clock: () => number,
): Promise<Outcome> {
  return new Promise((resolve) => new Exchange(connections, kind, request, timeoutMs, clock, resolve));
}

class Exchange {
  private readonly clock: () => number;
  private readonly resolve: (outcome: Outcome) => void;
  private readonly timer: NodeJS.Timeout;
  private readonly request: ClientRequest | undefined;
  private readonly wanted: readonly string[] | undefined;
  private beganAt = 0;
  private assignedAt: number | undefined;
  private recording: Recording | undefined;
  private head: Omit<Answer, 'body' | 'isWhole'> | undefined;
  private response: IncomingMessage | undefined;
  private readonly body: Buffer[] = [];
  private isSettled = false;

  constructor(
    connections: Connections,
    kind: Kind,
    { method = 'POST', url, headers, body, identity, wanted }: Request,
    timeoutMs: number,
    clock: () => number,
    resolve: (outcome: Outcome) => void,
  ) {
    this.clock = clock;
    this.resolve = resolve;
    this.wanted = wanted;
    this.timer = setTimeout(() => this.cut(timeoutError(timeoutMs)), timeoutMs);
    try {
      this.request = send(
        (isTls) => connections(isTls, kind, identity),
        kind,
        method,
        url,
        headers,
        body.length,
      );
    } catch (error) {
      // A header that HTTP does not know how to write.
      this.cut(error);
      return;
    }
    // A connection that was not opened by now is one to wait for.
    this.beganAt = performance.now();
    this.listen(this.request);
    this.request.end(body);
  }

  private listen(request: ClientRequest): void {
    request.on('socket', (socket: Duplex) => {
      this.assignedAt = performance.now();
      this.recording = recordingOf(socket);
      this.recording?.begin(() => this.cut(protocolError('Too many bytes')));
    });
    request.on('error', (error) => this.cut(error));
    request.on('response', (response) => this.receive(response));
    // Unasked, so what follows is of no known protocol. Its status is 101.
    request.on('upgrade', (response, socket: Duplex) => {
      this.noteHead(response);
      this.cut(undefined);
      socket.destroy();
    });
  }

  private receive(response: IncomingMessage): void {
    // The parser reads any three digits.
    if (response.statusCode! < 100) {
      this.cut(protocolError('Invalid status code'));
      return;
    }
    this.noteHead(response);
    this.response = response;
    response.on('error', (error) => this.cut(error));
    response.on('end', () => this.end());
    response.on('data', (chunk: Buffer) => this.body.push(chunk));
  }

  /** The body as far as it has come. Reading hands on what the parser took before it failed. */
  private bodySoFar(): Buffer {
    this.response?.read();
    return Buffer.concat(this.body);
  }

  private noteHead({ statusCode = 0, rawHeaders }: IncomingMessage): void {
    this.head = {
      status: statusCode,
      retryAfter: valuesOf(rawHeaders, 'retry-after'),
      ...(this.wanted && { headers: firstOf(rawHeaders, this.wanted) }),
      at: this.clock(),
    };
  }

  /** The answer has come to its end. */
  private end(): void {
    // It came early, and the rest of the request may never be read.
    if (this.request?.writableFinished) this.settle(undefined);
    else this.cut(undefined);
  }

  /** Ends the exchange together with its connection. */
  private cut(error: unknown): void {
    this.settle(error);
    this.request?.destroy();
  }

  private settle(error: unknown): void {
    // Ending a connection makes events of its own.
    if (this.isSettled) return;
    this.isSettled = true;
    clearTimeout(this.timer);
    const isWhole = this.response?.complete === true;
    const answer = this.head ? { ...this.head, body: this.bodySoFar(), isWhole } : this.brokenAnswer();
    const travel = this.travel(answer ? undefined : error);
    if (answer) this.resolve({ kind: 'answered', answer, travel });
    else {
      const isStale = this.recording?.isReused === true && this.recording.bytes === 0;
      this.resolve({ kind: 'failed', error, travel, isStale });
    }
  }

  /** @param error why there is no answer */
  private travel(error: unknown): Travel {
    const { beganAt, assignedAt, recording } = this;
    // It was refused before there was a connection.
    if (!recording && !isTimeout(error)) return {};
    const { isReused, firstByteAt } = recording ?? {};
    const use = { beganAt, assignedAt, isReused, firstByteAt, endedAt: performance.now() };
    return travelOf(recording?.trace, use, error !== undefined);
  }

  /** What there is of an answer that Node.js did not take, or not yet. */
  private brokenAnswer(): Answer | undefined {
    const raw = this.recording && this.recording.bytes > 0 ? readRawAnswer(this.recording.text) : undefined;
    return raw && { ...raw, at: this.clock(), body: Buffer.from(raw.body, 'latin1'), isWhole: false };
  }
}

function send(
  agentFor: (isTls: boolean) => ReturnType<Connections>,
  kind: Kind,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  bytes: number,
): ClientRequest {
  const { isTls, host, ...where } = whereOf(url);
  return (isTls ? overHttps : overHttp)({
    ...where,
    agent: agentFor(isTls),
    method,
    // As a list they are written as they are, which takes less time.
    headers: Object.entries(wireHeaders(host, headers, bytes, kind)).flat(),
    // What HTTP lets a recipient put up with: folded lines, line feeds alone, and more. See `isPlainAnswer`.
    insecureHTTPParser: true,
  });
}

const firstOf = (rawHeaders: readonly string[], names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) =>
      valuesOf(rawHeaders, name)
        .slice(0, 1)
        .map((value) => [name, value] as const),
    ),
  );

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length === name.length && rawHeaders[i]!.toLowerCase() === name)
      values.push(rawHeaders[i + 1]!);
  }
  return values;
}

/** As the parser's own. */
const protocolError = (message: string): Error =>
  Object.assign(new Error(`Parse Error: ${message}`), { code: 'HPE_INVALID_STATUS' });

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';

const timeoutError = (timeoutMs: number): Error =>
  new DOMException(`no answer in ${Math.round(timeoutMs)} ms`, 'TimeoutError');
