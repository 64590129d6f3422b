import { digestsOfIds } from '../events/id-claim-store.ts';
import { putPayload } from '../events/payload-store.ts';
import { bind } from '../platform/bind.ts';
import { requireEnv, requireEnvNumber } from '../platform/env.ts';
import { lazily } from '../platform/lazily.ts';
import { sendMessages } from '../platform/sqs.ts';
import { getEventType } from '../publishing/ingest-config-store.ts';
import { createPublish } from '../publishing/publish.ts';
import { haveReusedIds } from '../publishing/reused-ids.ts';
import type { SourceDeps } from '../sources/publish-records.ts';
import { createTenantSettings } from '../sources/tenant-settings.ts';
import { tenantInUse } from '../tenants/tenant-store.ts';
import { ulidSource } from '../values/ids.ts';

/** Publishing does not wait longer for the log: fanout drops what comes twice. */
const REUSED_IDS_WAIT_MS = 2000;

const elapsed = (): number => performance.now();

/** What each function of a source publishes with, by the variables that `sourceFunction` of lib/sources/ sets. */
export function sourceDeps(): SourceDeps {
  const configTable = requireEnv('CONFIG_TABLE');
  const freshMs = requireEnvNumber('EVENT_TYPE_CACHE_MS');
  const stored = bind({ putPayload }, requireEnv('PAYLOAD_BUCKET'));
  const nextUlid = ulidSource();
  // The compiler of JSON Schemas is loaded for the first tenant that has payloads checked.
  const payloadCheck = lazily(async () => {
    const { createPayloadCheck } = await import('../publishing/check-payloads.ts');
    return createPayloadCheck({ ...bind({ getEventType }, configTable), freshMs, elapsed });
  });
  const reusedIds = {
    ...bind({ digestsOfIds }, requireEnv('LOG_TABLE')),
    waitMs: REUSED_IDS_WAIT_MS,
  };
  return {
    now: Date.now,
    nextUlid,
    ...stored,
    publish: createPublish({
      now: Date.now,
      nextUlid,
      ...stored,
      checkPayloads: async (...given) => (await payloadCheck())(...given),
      haveReusedIds: (...given) => haveReusedIds(reusedIds, ...given),
      sendMessages: bind({ sendMessages }, requireEnv('EVENTS_QUEUE_URL')).sendMessages,
    }),
    settingsOf: createTenantSettings({ ...bind({ tenantInUse }, configTable), freshMs, elapsed }),
    sendToQuarantine: bind({ sendMessages }, requireEnv('QUARANTINE_QUEUE_URL')).sendMessages,
  };
}
