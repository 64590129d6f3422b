import type { Filter } from '../config/entities.ts';
import type { LoggedEvent } from '../events/event-log-store.ts';
import { isOperational } from '../events/event-type.ts';
import { jsonIn, payloadBytes } from '../events/payload.ts';
import { wholeFilter } from '../matching/filters/whole-filter.ts';
import { enginesFor } from '../matching/index/load-engines.ts';
import { envelopeOf } from '../matching/language/envelope.ts';

/** Whether a subscription wants an event; `gone` when the payload that decides it is no longer there. */
export type Wants = (event: LoggedEvent) => Promise<boolean | 'gone'>;

export interface WantsDeps {
  readonly config: { getFilter(tenant: string, id: string): Promise<Filter | undefined> };
  readonly payloads: { getPayload(key: string): Promise<Uint8Array | undefined> };
}

/**
 * What a subscription's filter says now, of events of any age. As in fanout, an event that was addressed to a
 * subscription is for that one alone, whatever a filter says.
 * @returns undefined when the filter is switched off, or gone
 */
export async function wantsOf(
  { config, payloads }: WantsDeps,
  tenant: string,
  subscription: string,
  filterId: string,
): Promise<Wants | undefined> {
  const filter = await config.getFilter(tenant, filterId);
  if (!filter?.active) return undefined;
  const { own, data } = wholeFilter(filter, await enginesFor([filter]));
  return async (event) => {
    if (isOfOurs(event)) return false;
    if (event.only !== undefined) return event.only === subscription;
    const envelope = envelopeOf(event);
    if (!own(envelope).holds) return false;
    if (!data) return true;
    const bytes = await payloadBytes(event.payload, payloads.getPayload);
    return bytes ? data({ ...envelope, data: jsonIn(bytes) }).holds : 'gone';
  };
}

/** Tests of an endpoint and operational events matter only at their time: there is nothing to catch up with. */
const isOfOurs = ({ test, type }: LoggedEvent): boolean => test === true || isOperational(type);
