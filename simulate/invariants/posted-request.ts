import type { EndpointRequest } from '../world/watch.ts';

/** What a request to an endpoint says of itself. */
export interface PostedRequest {
  /** `webhook-id`: the event's id; `bat_…` of several events; `chl_…` of a challenge. */
  readonly id: string;
  /** What each of its events is: one, or several in a batch. None where it is a challenge. */
  readonly events: readonly PostedEvent[];
  readonly isBatch: boolean;
  /** 1 for the first; undefined in a batch, which does not say it. */
  readonly attempt: number | undefined;
}

export interface PostedEvent {
  readonly id: string;
  readonly type: string;
  /** What was published. */
  readonly data: unknown;
}

/** Several invariants read the same request. */
const known = new WeakMap<EndpointRequest, PostedRequest>();

/** @throws SyntaxError where a body is no JSON: producers of the simulation publish nothing else */
export function readRequest(request: EndpointRequest): PostedRequest {
  let read = known.get(request);
  if (!read) {
    read = readOnce(request);
    known.set(request, read);
  }
  return read;
}

function readOnce({ headers, body }: EndpointRequest): PostedRequest {
  const id = headers['webhook-id'] ?? '';
  const type = headers['posthorn-event-type'] ?? '';
  const isBatch = headers['posthorn-batch'] !== undefined;
  const attempt = isBatch ? undefined : Number(headers['posthorn-attempt']);
  if (id.startsWith('chl_')) return { id, events: [], isBatch, attempt };
  const content: unknown = JSON.parse(Buffer.from(body).toString());
  return {
    id,
    events: isBatch ? (content as PostedEvent[]) : [{ id, type, data: content }],
    isBatch,
    attempt,
  };
}

/** The tenant that an event was published for, as its producer wrote it into the payload. */
export const tenantIn = (data: unknown): string | undefined =>
  (data as { readonly tenant?: string } | null)?.tenant;

/** What Posthorn publishes itself: see `lambdas/events/event-type.ts`. */
export const isOperational = (type: string): boolean => type.startsWith('posthorn.');
