import type { ROUTES } from '../../api/routes.ts';
import type { Operation } from '../operation.ts';

/** The state of each part that a delivery needs: 200 when all are well, 503 otherwise. */
export const getHealth: Operation<(typeof ROUTES)['getHealth']> = async ({ componentStates }) => {
  const states = await componentStates();
  const isWell = Object.values(states).every((state) => state === 'ok');
  return {
    status: isWell ? 200 : 503,
    body: { status: isWell ? 'ok' : 'failing', components: { api: 'ok', ...states } },
  };
};
