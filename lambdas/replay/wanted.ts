import { getEntity } from '../config/entity-store.ts';
import type { LoggedEvent } from '../events/event-log-store.ts';
import { isOperational } from '../events/event-type.ts';
import { inlineBytes } from '../events/payload.ts';
import { getPayload } from '../events/payload-store.ts';
import { typeMatcher } from '../events/type-index.ts';
import { compileFilter, evaluate } from '../matching/filters/compile.ts';
import { enginesFor } from '../matching/index/load-engines.ts';
import { envelopeOf } from '../matching/language/envelope.ts';
import { requireEnv } from '../platform/env.ts';

const configTable = requireEnv('CONFIG_TABLE');
const bucket = requireEnv('PAYLOAD_BUCKET');

/** Whether a subscription wants an event; `gone` when the payload that decides it is no longer there. */
export type Wants = (event: LoggedEvent) => Promise<boolean | 'gone'>;

/**
 * What a subscription's filter says now, of events of any age. As in fanout, an event that was addressed to a
 * subscription is for that one alone, whatever a filter says.
 * @returns undefined when the filter is switched off, or gone
 */
export async function wantsOf(
  tenant: string,
  subscription: string,
  filterId: string,
): Promise<Wants | undefined> {
  const filter = await getEntity(configTable, tenant, 'filter', filterId);
  if (!filter?.active) return undefined;
  const isOfType = typeMatcher(filter.events);
  const { own, data } = compileFilter(filter, await enginesFor([filter]));
  return async (event) => {
    if (isOfOurs(event)) return false;
    if (event.only !== undefined) return event.only === subscription;
    const envelope = envelopeOf(event);
    if (!isOfType(event.type) || !evaluate({ own, data: undefined }, envelope).holds) return false;
    if (!data) return true;
    const bytes = await bytesOf(event);
    return bytes ? evaluate({ own: undefined, data }, { ...envelope, data: parsed(bytes) }).holds : 'gone';
  };
}

/** A test of an endpoint, or what Posthorn tells of itself: of the moment, and nothing to catch up with. */
const isOfOurs = ({ test, type }: LoggedEvent): boolean => test === true || isOperational(type);

async function bytesOf({ payload }: LoggedEvent): Promise<Uint8Array | undefined> {
  return payload.kind === 'stored' ? getPayload(bucket, payload.key) : inlineBytes(payload);
}

/** As fanout reads it. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
