import { inflateRawSync } from 'node:zlib';
import type { InvariantContext, InvariantFactory } from './invariant.ts';
import { isOperational, type PostedEvent, readRequest, tenantIn } from './posted-request.ts';
import { keyOf, type TypedItem, textIn } from './typed-item.ts';

const NAME = 'tenants are apart';

/**
 * Nothing of a tenant is in another's: not in a request, not in an item, not in a message. Each event's payload says
 * whose it is, and so does the path of each endpoint's URL.
 */
export const tenantsApart: InvariantFactory = (context) => {
  const { violated, expected } = context;
  return {
    name: NAME,
    watcher: {
      reached(request) {
        const target = expected.targetAt(request.url);
        const { id, events } = readRequest(request);
        if (!target) return violated(NAME, `expected a target's URL, found ${request.url} (${id})`);
        const problem = events
          .map((event) => problemOfEvent(context, event, target))
          .find((one) => one !== undefined);
        if (problem) violated(NAME, `${problem}, at ${request.url} (${id})`);
      },
      wrote({ table, before, after }) {
        if (!after) return;
        const problem =
          table === 'log'
            ? problemInLog(context, before, after)
            : table === 'state'
              ? problemInState(context, after)
              : undefined;
        if (problem) violated(NAME, `${problem}, in the ${table} table at ${keyOf(after)}`);
      },
      sent({ queue, body, moved }) {
        const problem = moved ? undefined : problemInMessage(context, body);
        if (problem) violated(NAME, `${problem}, in a message of ${queue}`);
      },
    },
  };
};

function problemOfEvent(
  { expected }: InvariantContext,
  { id, type, data }: PostedEvent,
  target: { readonly tenant: string; readonly tenantName: string },
): string | undefined {
  if (!isOperational(type)) {
    const tenant = tenantIn(data);
    return tenant === target.tenantName
      ? undefined
      : `expected an event of ${target.tenantName}, found ${id} of ${tenant}`;
  }
  const about = (data as { readonly targetId?: string }).targetId;
  const isOwn = about === undefined || expected.target(target.tenant, about) !== undefined;
  return isOwn ? undefined : `expected news of a target of ${target.tenantName}, found ${id} about ${about}`;
}

/** The tenant's name, which payloads say; undefined where the target is not the tenant's. */
const nameOf = ({ expected }: InvariantContext, tenant: string, target: string): string | undefined =>
  expected.target(tenant, target)?.tenantName;

function problemInLog(
  context: InvariantContext,
  before: TypedItem | undefined,
  after: TypedItem,
): string | undefined {
  // What follows is written with it, and stays as it is.
  if (before) return undefined;
  const [kind, tenant = ''] = (textIn(after, 'pk') ?? '').split('#');
  if (kind === 'delivery') {
    const target = textIn(after, 'target') ?? '';
    return nameOf(context, tenant, target) === undefined
      ? `expected a target of ${tenant}, found ${target}`
      : undefined;
  }
  if (kind !== 'event' || isOperational(textIn(after, 'type') ?? '')) return undefined;
  const payload = payloadIn(after);
  if (payload === undefined) return undefined;
  const name = tenantIn(JSON.parse(payload));
  return isNameOf(context, tenant, name) ? undefined : `expected an event of ${tenant}, found one of ${name}`;
}

/** A tenant whose name is not known has no target, so nothing of it can be sent. */
function isNameOf({ expected }: InvariantContext, tenant: string, name: string | undefined): boolean {
  const known = expected.tenantName(tenant);
  return known === undefined || known === name;
}

/** The payload of an event's item; undefined where it is in the bucket, or the item is another part. */
function payloadIn(item: TypedItem): string | undefined {
  const body = item.body?.B;
  if (body === undefined) return undefined;
  const bytes = typeof body === 'string' ? Buffer.from(body, 'base64') : (body as Uint8Array);
  return inflateRawSync(bytes).toString();
}

function problemInState(context: InvariantContext, after: TypedItem): string | undefined {
  const [kind = '', tenant = '', third = ''] = (textIn(after, 'pk') ?? '').split('#');
  const sk = textIn(after, 'sk') ?? '';
  switch (kind) {
    case 'standing':
    case 'rate':
      return problemOfPair(context, tenant, sk);
    case 'rooms': {
      const [of = '', target = ''] = sk.split('#');
      return problemOfPair(context, of, target);
    }
    case 'room': {
      const message = JSON.parse(textIn(after, 'message') ?? '{}') as Message;
      if (message.tenant !== tenant || message.target !== third)
        return `expected a delivery of ${tenant} to ${third}, found one of ${message.tenant} to ${message.target}`;
      return problemOfDelivery(context, message);
    }
    case 'parked':
      return problemOfDelivery(context, JSON.parse(textIn(after, 'message') ?? '{}') as Message);
    default:
      return undefined;
  }
}

const problemOfPair = (context: InvariantContext, tenant: string, target: string): string | undefined =>
  nameOf(context, tenant, target) === undefined
    ? `expected a target of ${tenant}, found ${target}`
    : undefined;

/** As much of a message as is looked at: see lambdas/delivery/messages.ts. */
interface Message {
  readonly kind?: string;
  readonly tenant?: string;
  readonly target?: string;
  readonly event?: MessageEvent;
  readonly delivery?: Message;
  readonly events?: readonly (MessageEvent & {
    readonly event?: MessageEvent;
    readonly deliveries?: readonly Message[];
  })[];
}

interface MessageEvent {
  readonly id: string;
  readonly type: string;
  readonly payload: { readonly kind: string; readonly text?: string };
}

function problemInMessage(context: InvariantContext, body: string): string | undefined {
  const message = JSON.parse(body) as Message;
  switch (message.kind) {
    case 'delivery':
      return problemOfDelivery(context, message);
    case 'dead':
      return message.delivery && problemOfDelivery(context, message.delivery);
    case 'deliveries':
      return firstOf(message.events ?? [], ({ event, deliveries = [] }) =>
        firstOf(deliveries, (one) => problemOfDelivery(context, { ...one, ...(event && { event }) })),
      );
    case 'events':
      return firstOf(message.events ?? [], (event) => problemOfPayload(context, message.tenant ?? '', event));
    default:
      return undefined;
  }
}

function problemOfDelivery(
  context: InvariantContext,
  { tenant = '', target = '', event }: Message,
): string | undefined {
  return problemOfPair(context, tenant, target) ?? (event && problemOfPayload(context, tenant, event));
}

function problemOfPayload(
  context: InvariantContext,
  tenant: string,
  { id, type, payload }: MessageEvent,
): string | undefined {
  if (payload.kind !== 'text' || isOperational(type)) return undefined;
  const name = tenantIn(JSON.parse(payload.text ?? 'null'));
  return isNameOf(context, tenant, name)
    ? undefined
    : `expected an event of ${tenant}, found ${id} of ${name}`;
}

function firstOf<T>(all: readonly T[], problemOf: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const problem = problemOf(one);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
