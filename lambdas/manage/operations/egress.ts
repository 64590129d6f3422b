import type { ROUTES } from '../../api/routes.ts';
import type { Operation } from '../operation.ts';

/** The addresses that deliveries come from. */
export const getEgress: Operation<(typeof ROUTES)['getEgress']> = async ({ environment: { egress } }) => ({
  status: 200,
  body: { static: egress.length > 0, addresses: [...egress] },
});
