import type { Posthorn, Result } from '../../client/index.ts';
import type { Io } from '../io.ts';

export type Delivery = Result<'getDelivery'>;

const FIRST_LOOK_MS = 200;
const LOOK_MS = 2000;

export const isSettled = ({ status }: Pick<Delivery, 'status'>): boolean =>
  status === 'delivered' || status === 'dead';

/** A delivery once it has arrived or is dead, or as it is when time is up. @param until milliseconds since the epoch */
export async function settledDelivery(
  api: Posthorn,
  io: Pick<Io, 'now' | 'sleep' | 'signal'>,
  started: Delivery,
  until: number,
): Promise<Delivery> {
  let delivery = started;
  for (let pause = FIRST_LOOK_MS; !isSettled(delivery); pause = Math.min(LOOK_MS, pause * 1.5)) {
    if (io.now() + pause > until) break;
    await io.sleep(pause);
    delivery = await api.getDelivery({ id: delivery.id }, { signal: io.signal });
  }
  return delivery;
}
