import type { EventType } from '../../lambdas/config/entities.ts';
import type { EventsMessage } from '../../lambdas/delivery/messages.ts';
import type { EventInFlight } from '../../lambdas/events/event.ts';
import type { Outgoing } from '../../lambdas/platform/sqs.ts';
import { createPayloadCheck } from '../../lambdas/publishing/check-payloads.ts';
import type { NewEvent, Read } from '../../lambdas/publishing/event-checks.ts';
import { createPublish } from '../../lambdas/publishing/publish.ts';
import { haveReusedIds } from '../../lambdas/publishing/reused-ids.ts';
import type { SourceDeps, SourceRecord } from '../../lambdas/sources/publish-records.ts';
import { createTenantSettings } from '../../lambdas/sources/tenant-settings.ts';
import type { TenantInUse } from '../../lambdas/tenants/tenant-defaults.ts';
import { ulidSource } from '../../lambdas/values/ids.ts';
import { NOW, TENANT } from './ingest.ts';

export interface InQuarantine {
  readonly from: string;
  readonly id: string;
  readonly problem: string;
  readonly tenant?: string;
  readonly body?: string;
  readonly stored?: { readonly key: string; readonly bytes: number };
}

/** What functions of sources publish with: the real code, and queues, a bucket and tables in memory. */
export function inMemorySources() {
  const clock = { now: NOW };
  const messages: Outgoing[] = [];
  const kept: Outgoing[] = [];
  const payloads = new Map<string, Uint8Array>();
  const types = new Map<string, EventType>();
  const digests = new Map<string, string>();
  const tenants = new Map<string, TenantInUse>([[TENANT, tenantOf(TENANT)]]);
  /** A test replaces members to count calls or to make them fail. */
  const stores = {
    sendMessages: async (sent: readonly Outgoing[]): Promise<void> => void messages.push(...sent),
    sendToQuarantine: async (sent: readonly Outgoing[]): Promise<void> => void kept.push(...sent),
    putPayload: async (key: string, bytes: Uint8Array): Promise<void> => void payloads.set(key, bytes),
    tenantInUse: async (id: string): Promise<TenantInUse | undefined> => tenants.get(id),
  };
  const elapsed = (): number => clock.now;
  const nextUlid = ulidSource(() => 0.5);
  const putPayload: SourceDeps['putPayload'] = (...given) => stores.putPayload(...given);
  const deps: SourceDeps = {
    now: () => clock.now,
    nextUlid,
    putPayload,
    publish: createPublish({
      now: () => clock.now,
      nextUlid,
      putPayload,
      checkPayloads: createPayloadCheck({
        getEventType: async (tenant, name) => types.get(`${tenant} ${name}`),
        freshMs: 30_000,
        elapsed,
      }),
      haveReusedIds: (...given) =>
        haveReusedIds(
          {
            digestsOfIds: async (_, ids) => new Map([...digests].filter(([id]) => ids.includes(id))),
            waitMs: 50,
          },
          ...given,
        ),
      sendMessages: (sent) => stores.sendMessages(sent),
    }),
    settingsOf: createTenantSettings({
      tenantInUse: (id) => stores.tenantInUse(id),
      freshMs: 30_000,
      elapsed,
    }),
    sendToQuarantine: (sent) => stores.sendToQuarantine(sent),
  };
  return {
    clock,
    deps,
    stores,
    messages,
    payloads,
    types,
    digests,
    tenants,
    /** The events that were sent, of all messages. */
    sent: (): EventInFlight[] => messages.flatMap(({ body }) => (body as EventsMessage).events),
    quarantined: (): InQuarantine[] => kept.map(({ body }) => body as InQuarantine),
  };
}

export const tenantOf = (id: string, changes: Partial<TenantInUse> = {}): TenantInUse => ({
  id,
  name: 'A tenant',
  schemaCheck: 'off',
  revision: 1,
  ...changes,
});

/** A record whose event has this id. */
export function recordOf(
  id: string,
  { event = {}, ...changes }: Partial<Omit<SourceRecord, 'event'>> & { event?: Partial<NewEvent> } = {},
): SourceRecord {
  const read: Read<NewEvent> = {
    ok: true,
    value: {
      id,
      type: 'order.created',
      contentType: 'application/json',
      body: Buffer.from(`{"order":"${id}"}`),
      at: 'body',
      ...event,
    },
  };
  return {
    tenant: { ok: true, value: TENANT },
    event: () => read,
    at: id,
    raw: () => `raw ${id}`,
    ...changes,
  };
}
