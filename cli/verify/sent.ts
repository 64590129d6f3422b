import type { Posthorn, Schemas } from '../../client/index.ts';
import { NotFoundError } from '../../client/index.ts';
import { EXIT } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import { type Header, valuesOf } from './captured.ts';
import { type BodyDifference, differenceOf } from './compare.ts';
import { memberTexts } from './json-text.ts';

/** A captured request beside what the API knows of it. */
export interface Comparison {
  /** Events that were in the request. */
  readonly eventIds: readonly string[];
  /** Undefined where the bodies are the same. */
  readonly body?: BodyDifference & { readonly eventId: string };
  /** The attempt that made the request, if it is one of the last three of its delivery. */
  readonly attempt?: SentAttempt;
  /** Headers with other values than were sent. */
  readonly headers: readonly {
    readonly name: string;
    readonly sent: string;
    readonly got: readonly string[];
  }[];
}

interface SentAttempt {
  readonly deliveryId: string;
  readonly targetId?: string;
  readonly number: number;
  readonly at: string;
  readonly scheme: string;
  /** Of the keys that signed it, the newest first. */
  readonly keyIds: readonly string[];
}

interface Asked {
  readonly api: Posthorn;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  readonly targetId?: string | undefined;
  readonly signal: AbortSignal;
}

/** @throws CommandError when the API knows nothing of the request */
export async function comparisonOf(asked: Asked): Promise<Comparison> {
  const id = valuesOf(asked.headers, 'webhook-id')[0];
  if (id === undefined)
    throw new CommandError('--compare: the request has no webhook-id, by which its event is found', {
      hint: 'Without the header, `posthorn events list` may show which event it was.',
    });
  if (id.startsWith('chl_'))
    throw new CommandError('--compare: the request is a challenge, and no event', {
      hint: '`posthorn targets get <id>` shows in `verification` how it went.',
    });
  const elements = id.startsWith('bat_') ? elementsOf(asked.body) : [{ id, bytes: asked.body }];
  let body: Comparison['body'];
  for (const { id: eventId, bytes } of elements) {
    const payload = await payloadOf(asked, eventId);
    // A batch has a payload without the spaces around it.
    const difference = differenceOf(
      elements.length > 0 && bytes !== asked.body ? trimmed(payload) : payload,
      bytes,
    );
    if (difference) {
      body = { eventId, ...difference };
      break;
    }
  }
  const [first] = elements;
  const sent = first && (await attemptOf(asked, first.id));
  return {
    eventIds: elements.map((element) => element.id),
    ...(body && { body }),
    ...(sent && { attempt: sent.attempt }),
    headers: sent ? otherHeaders(sent.headers, asked.headers) : [],
  };
}

async function payloadOf({ api, signal }: Asked, id: string): Promise<Uint8Array> {
  try {
    return await api.getEventPayload({ id }, { signal });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new CommandError(
      `--compare: there is no event ${JSON.stringify(id)}, or its payload is no longer kept`,
      {
        code: EXIT.notFound,
        hint: 'The webhook-id may have been changed, or the event is of another tenant: `posthorn whoami` shows whose are asked for.',
      },
    );
  }
}

/** The events of a batch, by the text of each. */
function elementsOf(body: Uint8Array): { id: string; bytes: Uint8Array }[] {
  const elements = memberTexts(Buffer.from(body).toString('utf8'));
  const found = elements?.flatMap(({ id, data, data_base64: base64 }) => {
    const eventId = id === undefined ? undefined : (JSON.parse(id) as unknown);
    if (typeof eventId !== 'string') return [];
    if (data !== undefined) return [{ id: eventId, bytes: Buffer.from(data) }];
    return base64 === undefined
      ? []
      : [{ id: eventId, bytes: Buffer.from(String(JSON.parse(base64)), 'base64') }];
  });
  if (!found || found.length === 0)
    throw new CommandError('--compare: the request was a batch, and its body is no array of events', {
      hint: 'Give the whole body: the signature covers the array.',
    });
  return found;
}

const trimmed = (payload: Uint8Array): Uint8Array => {
  const text = Buffer.from(payload).toString('utf8');
  return Buffer.from(text).equals(Buffer.from(payload)) ? Buffer.from(text.trim()) : payload;
};

type Attempt = Schemas['Attempt'];

/** The attempt with the time of the request. */
async function attemptOf({ api, headers, targetId, signal }: Asked, id: string) {
  const time = valuesOf(headers, 'webhook-timestamp')[0];
  const signatures = ['webhook-signature', 'x-hub-signature-256'].flatMap((name) => valuesOf(headers, name));
  const found: { attempt: SentAttempt; headers: Readonly<Record<string, string>>; isSame: boolean }[] = [];
  for await (const delivery of api.listEventDeliveries({ id }, { signal })) {
    if (targetId !== undefined && delivery.targetId !== targetId) continue;
    for (const attempt of delivery.attempts as readonly Attempt[]) {
      const { request } = attempt;
      if (!request?.headers || !request.signature || request.headers['webhook-timestamp'] !== time) continue;
      const { scheme, keyIds } = request.signature;
      found.push({
        headers: request.headers,
        isSame: signatures.some((text) => Object.values(request.headers ?? {}).includes(text)),
        attempt: {
          deliveryId: delivery.id,
          ...(delivery.targetId !== undefined && { targetId: delivery.targetId }),
          number: attempt.number,
          at: attempt.at,
          scheme,
          keyIds,
        },
      });
    }
  }
  // Several subscriptions may have got the event in one second: the signature tells which request it is.
  return found.find(({ isSame }) => isSame) ?? found[0];
}

/** Headers of the connection change on the way, and hidden ones can't be compared. */
const COMPARED =
  /^(?:webhook-|x-hub-signature-|posthorn-|ce-|content-type$|content-length$|traceparent$|tracestate$)/;

const otherHeaders = (
  sent: Readonly<Record<string, string>>,
  got: readonly Header[],
): Comparison['headers'] =>
  Object.entries(sent)
    .filter(([name, value]) => COMPARED.test(name) && value !== '[hidden]')
    .map(([name, value]) => ({ name, sent: value, got: valuesOf(got, name) }))
    .filter(({ sent: value, got: values }) => values.length !== 1 || values[0] !== value);
