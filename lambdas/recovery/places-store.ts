import type { DeliveryMessage } from '../delivery/messages.ts';
import { ANYTHING } from '../hold-queue/held-items.ts';
import { heldKeys } from '../hold-queue/hold-queue.ts';
import { parkingKey } from '../parking/parking.ts';
import { getAll } from '../platform/dynamo.ts';
import { deliveryId } from '../values/ids.ts';
import type { Place } from './recovery.ts';

/** A delivery to look for, and the time of its next attempt, if the log has one. */
export interface Sought {
  readonly delivery: DeliveryMessage;
  readonly nextAttemptAt: number | undefined;
}

/** Where each of these deliveries waits, if it waits in a table, put there by whichever release. In their order. */
export async function placesOf(table: string, sought: readonly Sought[]): Promise<Place[]> {
  const nameOf = ({ pk, sk }: { pk: string; sk: string }): string => `${pk} ${sk}`;
  const keys = sought.map(({ delivery, nextAttemptAt }) => ({
    held: heldKeys(delivery),
    parked:
      nextAttemptAt === undefined
        ? undefined
        : parkingKey(nextAttemptAt, deliveryId(delivery.event.ulid, delivery.subscription)),
  }));
  const all = keys.flatMap(({ held, parked }) => (parked ? [...held, parked] : held));
  const options = { consistent: true, attributes: [] };
  const found = new Set((await getAll(ANYTHING, table, all, options)).map((key) => nameOf(key)));
  return keys.map(({ held, parked }) => {
    if (held.some((key) => found.has(nameOf(key)))) return 'hold queue';
    return parked && found.has(nameOf(parked)) ? 'parking lot' : 'nowhere';
  });
}
