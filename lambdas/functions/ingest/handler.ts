import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { putPayload } from '../../events/payload-store.ts';
import type { Request } from '../../http/body.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { lazily } from '../../platform/lazily.ts';
import { sendMessages } from '../../platform/sqs.ts';
import { type IngestDeps, ingest } from '../../publishing/ingest.ts';
import { createPublish } from '../../publishing/publish.ts';
import { ulidSource } from '../../values/ids.ts';

const configTable = requireEnv('CONFIG_TABLE');
const logTable = requireEnv('LOG_TABLE');
const payloadBucket = requireEnv('PAYLOAD_BUCKET');
const eventTypeFreshMs = requireEnvNumber('EVENT_TYPE_CACHE_MS');
const addressFreshMs = requireEnvNumber('ADDRESS_CACHE_MS');

/** Publishing waits no longer for the log than its producer would notice. */
const REUSED_IDS_WAIT_MS = 2000;

const elapsed = (): number => performance.now();

// Most requests need no table. Stores, and the compiler of JSON Schemas, are loaded when a request
// needs them, so that a cold start does not pay for them.

const payloadCheck = lazily(async () => {
  const [{ createPayloadCheck }, { getEventType }] = await Promise.all([
    import('../../publishing/check-payloads.ts'),
    import('../../publishing/ingest-config-store.ts'),
  ]);
  return createPayloadCheck({
    ...bind({ getEventType }, configTable),
    freshMs: eventTypeFreshMs,
    elapsed,
  });
});

const reusedIds = lazily(async () => {
  const [{ haveReusedIds }, { digestsOfIds }] = await Promise.all([
    import('../../publishing/reused-ids.ts'),
    import('../../events/id-claim-store.ts'),
  ]);
  return { haveReusedIds, deps: { ...bind({ digestsOfIds }, logTable), waitMs: REUSED_IDS_WAIT_MS } };
});

const publish = createPublish({
  now: Date.now,
  nextUlid: ulidSource(),
  ...bind({ putPayload }, payloadBucket),
  checkPayloads: async (...given) => (await payloadCheck())(...given),
  async haveReusedIds(...given) {
    const { haveReusedIds, deps } = await reusedIds();
    return haveReusedIds(deps, ...given);
  },
  sendMessages: bind({ sendMessages }, requireEnv('EVENTS_QUEUE_URL')).sendMessages,
});

const addressing = lazily(async () => {
  const [{ addressed }, { createAddresses }, config, { tenantInUse }] = await Promise.all([
    import('../../publishing/publish-to-subscription.ts'),
    import('../../publishing/address.ts'),
    import('../../publishing/ingest-config-store.ts'),
    import('../../tenants/tenant-store.ts'),
  ]);
  const { getTenantOfSubscription, getSubscription, getTarget } = config;
  const stores = bind({ getTenantOfSubscription, getSubscription, getTarget, tenantInUse }, configTable);
  return {
    addressed,
    deps: { now: Date.now, lookUp: createAddresses(stores, addressFreshMs, elapsed), publish },
  };
});

const deps: IngestDeps = {
  now: Date.now,
  routes: JSON.parse(requireEnv('ROUTES')),
  publish,
  async publishAddressed(request, operation) {
    const { addressed, deps } = await addressing();
    return addressed(deps, request, operation);
  },
};

export const handler = (request: Request): Promise<APIGatewayProxyStructuredResultV2> =>
  ingest(deps, request);
