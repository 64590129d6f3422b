import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { API_KEY } from '../../access/api-key-entity.ts';
import { createIdentify } from '../../access/identify.ts';
import { putKeyUse } from '../../access/key-use-store.ts';
import { createNoteUse } from '../../access/last-use.ts';
import { PORTAL_GRANT } from '../../access/portal-grant.ts';
import { getSession } from '../../access/session-store.ts';
import { readSigningKey } from '../../access/signing-key-store.ts';
import { getEntity } from '../../config/entity-store.ts';
import { type Authorization, authorize } from '../../http/authorize.ts';
import { cameThroughEdge } from '../../http/edge.ts';
import { bind } from '../../platform/bind.ts';
import { optionalEnv, requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { lazily } from '../../platform/lazily.ts';
import { tenantInUse } from '../../tenants/tenant-store.ts';

const configTable = requireEnv('CONFIG_TABLE');
const firstKeyArn = requireEnv('API_KEY_SECRET_ARN');
const firstKeyFreshMs = requireEnvNumber('FIRST_KEY_CACHE_MS');

/** Loaded by the first caller that may have this key: most have others. */
const firstKey = lazily(async () => {
  const { secretReader } = await import('../../platform/secrets.ts');
  return secretReader(firstKeyArn, firstKeyFreshMs);
});

const deps = {
  now: Date.now,
  identify: createIdentify({
    ...bind({ getSession, tenantInUse, readSigningKey }, configTable),
    getKey: (tenant, id) => getEntity(configTable, API_KEY, tenant, id),
    getGrant: (tenant, id) => getEntity(configTable, PORTAL_GRANT, tenant, id),
    async verifyPortalToken(...given) {
      const { verifyPortalToken } = await import('../../access/portal-jwt.ts');
      return verifyPortalToken(...given);
    },
    readFirstKey: async () => (await firstKey())(),
  }),
  noteUse: createNoteUse(bind({ putKeyUse }, requireEnv('STATE_TABLE')).putKeyUse),
};

const edgeSecretArn = optionalEnv('EDGE_SECRET_ARN');

/** What the distribution sends, where the API takes requests of no other. */
const edgeSecret = lazily(async () => {
  const { secretReader } = await import('../../platform/secrets.ts');
  return secretReader(edgeSecretArn!, requireEnvNumber('EDGE_SECRET_CACHE_MS'));
});

async function isWelcome({ headers }: APIGatewayRequestAuthorizerEventV2): Promise<boolean> {
  if (edgeSecretArn === undefined) return true;
  const read = await edgeSecret();
  return cameThroughEdge(await read(), headers);
}

/**
 * API Gateway remembers the answer for the time that the stack sets. Nothing here remembers for longer that a credential
 * is valid.
 */
export const handler = async (event: APIGatewayRequestAuthorizerEventV2): Promise<Authorization> =>
  (await isWelcome(event)) ? authorize(deps, event) : { isAuthorized: false, context: {} };
