import type * as http from 'node:http';
import { BODY_BYTES, excerpt, type LocalAnswer } from './messages.ts';

/** Requests to the developer's own server: to the address that was given, and to no other. */

export interface Forwarder {
  /** @param timeoutMs until which its answer has come whole */
  forward(request: Forwarded, timeoutMs: number): Promise<LocalAnswer>;
  close(): void;
}

interface Forwarded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** More of an answer is not read. */
const MOST_BYTES = 64 * 1024;

/** @param isInsecure takes a self-signed certificate */
export async function forwarderTo(url: URL, isInsecure: boolean): Promise<Forwarder> {
  // Named here alone: Node's http takes as long to load as all the rest of the tool, and one file has one list of imports.
  const [http, https] = await Promise.all([import('node:http'), import('node:https')]);
  const isTls = url.protocol === 'https:';
  const agent = isTls
    ? new https.Agent({ keepAlive: true, rejectUnauthorized: !isInsecure })
    : new http.Agent({ keepAlive: true });
  const request = isTls ? https.request : http.request;
  return {
    close: () => agent.destroy(),
    forward: ({ headers, body }, timeoutMs) =>
      new Promise((resolve) => {
        const ends = AbortSignal.timeout(timeoutMs);
        const fail = (error: unknown): void =>
          resolve(ends.aborted ? lateAnswer(timeoutMs) : noAnswer(error as NodeJS.ErrnoException, url));
        const sent = request(
          url,
          {
            method: 'POST',
            agent,
            signal: ends,
            headers: { ...headers, 'content-length': String(body.length) },
          },
          (response) => {
            answerIn(response).then(resolve, fail);
          },
        );
        sent.on('error', fail);
        sent.end(body);
      }),
  };
}

/** A redirect is an answer like any other: to follow it would lead to where nobody has asked for. */
async function answerIn(response: http.IncomingMessage): Promise<LocalAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > MOST_BYTES) break;
  }
  const { statusCode = 0, headers } = response;
  if (statusCode < 200 || statusCode > 599)
    return { error: `status ${statusCode}, which HTTP does not have` };
  const after = headers['retry-after'];
  return {
    status: statusCode,
    ...(after !== undefined && { headers: { 'retry-after': after } }),
    body: excerpt(Buffer.concat(chunks), BODY_BYTES),
  };
}

const lateAnswer = (timeoutMs: number): LocalAnswer => ({
  error: `no answer within ${(timeoutMs / 1000).toFixed(1)} s`,
  hint: 'A webhook is answered first, and worked on afterwards.',
});

/** What went wrong, and what to do. */
function noAnswer(error: NodeJS.ErrnoException, { host, protocol }: URL): LocalAnswer {
  const code = codeOf(error);
  const said = code === undefined ? error.message : `${code}: ${error.message || host}`;
  switch (code) {
    case 'ECONNREFUSED':
      return {
        error: `ECONNREFUSED: nothing listens on ${host}`,
        hint: 'Start your server, or give another --forward-to.',
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { error: `${code}: ${host} has no address`, hint: 'Is the host of --forward-to spelled right?' };
    case 'ECONNRESET':
      return {
        error: `${code}: ${host} ended the connection without an answer`,
        hint: 'Did your server crash, or speak TLS?',
      };
    case 'EPROTO':
    case 'HPE_INVALID_CONSTANT':
      return {
        error: said,
        hint:
          protocol === 'https:'
            ? 'Does it speak http only? --forward-to http://…'
            : 'Does it speak https? --forward-to https://…',
      };
    default:
      return isCertificate(code)
        ? { error: said, hint: '--insecure takes a certificate of your own.' }
        : { error: said };
  }
}

const isCertificate = (code = ''): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS_CERT_ALTNAME/.test(code);

/** Where a name has several addresses, each failed in its own way. */
function codeOf(error: NodeJS.ErrnoException): string | undefined {
  const [first] = (error as { errors?: readonly NodeJS.ErrnoException[] }).errors ?? [];
  return error.code ?? first?.code;
}
