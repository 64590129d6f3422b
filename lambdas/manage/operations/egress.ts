import type { ROUTES } from '../../api/routes.ts';
import { requireEnv } from '../../platform/env.ts';
import type { Operation } from '../operation.ts';

/** Regions with their addresses; none where an environment has no addresses of its own. */
const addresses = (JSON.parse(requireEnv('EGRESS_ADDRESSES')) as [string, string[]][]).map(
  ([region, ofRegion]) => ({ region, addresses: ofRegion }),
);

/** The addresses that deliveries come from. */
export const getEgress: Operation<(typeof ROUTES)['getEgress']> = async () => ({
  status: 200,
  body: { static: addresses.length > 0, addresses },
});
