import { NotFoundError, type Posthorn, type Row } from '../../client/index.ts';
import type { Io } from '../io.ts';

/** Following an event until nothing of it is under way. */

export type EventDelivery = Row<'listEventDeliveries'>;

export interface Followed {
  readonly deliveries: readonly EventDelivery[];
  /** Whether all are delivered or dead. */
  readonly isSettled: boolean;
  /** No delivery could be made of it. */
  readonly isDead: boolean;
}

const FIRST_LOOK_MS = 200;
const LOOK_MS = 2000;

/**
 * @param until milliseconds since the epoch
 * @param onChange told of each delivery whose status has changed
 * @returns what there is once all is settled, or time is up
 */
export async function followed(
  api: Posthorn,
  io: Pick<Io, 'now' | 'sleep' | 'signal'>,
  id: string,
  until: number,
  onChange: (delivery: EventDelivery) => Promise<void>,
): Promise<Followed> {
  const told = new Map<string, string>();
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(LOOK_MS, pause * 1.5)) {
    const found = await look(api, id, io.signal);
    for (const delivery of found.deliveries) {
      const state = `${delivery.status} ${delivery.attempts.length}`;
      if (told.get(delivery.id) !== state && !isUnderWay(delivery)) await onChange(delivery);
      told.set(delivery.id, state);
    }
    if (found.isSettled || io.now() + pause > until) return found;
    await io.sleep(pause);
  }
}

async function look(api: Posthorn, id: string, signal: AbortSignal): Promise<Followed> {
  const event = await api.getEvent({ id }, { signal }).catch((error: unknown) => {
    // It is accepted, and not yet in the log.
    if (error instanceof NotFoundError) return undefined;
    throw error;
  });
  if (!event) return { deliveries: [], isSettled: false, isDead: false };
  const deliveries: EventDelivery[] = [];
  for await (const one of api.listEventDeliveries({ id, limit: 200 }, { signal })) deliveries.push(one);
  const isDead = event.dead === true;
  const areSettled = deliveries.length >= event.matched && deliveries.every(isOver);
  return { deliveries, isSettled: isDead || areSettled, isDead };
}

/** Nothing is known of it yet. */
const isUnderWay = ({ status }: EventDelivery): boolean => status === 'queued' || status === 'attempting';
const isOver = ({ status }: EventDelivery): boolean => status === 'delivered' || status === 'dead';
