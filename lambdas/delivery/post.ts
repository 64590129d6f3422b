import { requireEnvPorts } from '../http-client/env-ports.ts';
import { createPoster } from '../http-client/http-post.ts';
import { requireEnv } from '../platform/env.ts';

/** One for deliveries and challenges, so that they share connections. */
export const post = createPoster({
  privateAddresses: requireEnv('ALLOW_PRIVATE_ADDRESSES') === 'true',
  ports: requireEnvPorts('ALLOWED_PORTS'),
});
