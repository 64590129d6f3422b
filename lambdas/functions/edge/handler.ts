import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerResult } from 'aws-lambda';
import { cameThroughEdge } from '../../http/edge.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { secretReader } from '../../platform/secrets.ts';

const edgeSecret = secretReader(requireEnv('EDGE_SECRET_ARN'), requireEnvNumber('EDGE_SECRET_CACHE_MS'));

/** Of routes that are open to all, where the API is reached through its distribution alone. */
export const handler = async ({
  headers,
}: APIGatewayRequestAuthorizerEventV2): Promise<APIGatewaySimpleAuthorizerResult> => ({
  isAuthorized: cameThroughEdge(await edgeSecret(), headers),
});
