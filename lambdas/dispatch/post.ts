import { requireEnv, requireEnvPorts } from '../adapters/env.ts';
import { createPoster } from '../adapters/http-post.ts';

/** One for deliveries and challenges, so that they share connections. */
export const post = createPoster({
  privateAddresses: requireEnv('ALLOW_PRIVATE_ADDRESSES') === 'true',
  ports: requireEnvPorts('ALLOWED_PORTS'),
});
