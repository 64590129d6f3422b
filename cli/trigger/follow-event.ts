import type { Posthorn } from '../../client/index.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { clockTime } from '../live/outcome-line.ts';
import type { Colours } from '../output/colours.ts';
import { inTone } from '../output/table.ts';
import { textOf, toneOfState } from '../output/value.ts';
import { type EventDelivery, followed } from './follow.ts';

/**
 * Shows what becomes of the deliveries of an event that was published just now.
 * @param until milliseconds since the epoch
 * @returns 1 if one is dead, or not settled in time
 */
export async function followEvent(
  context: Context,
  api: Posthorn,
  id: string,
  until: number,
): Promise<ExitCode> {
  const { io, out } = context;
  out.note(`Published ${id}.`);
  const { deliveries, isSettled, isDead } = await followed(api, io, id, until, async (delivery) => {
    if (!out.isJson) await out.text(deliveryLine(delivery, out.colours));
  });
  const dead = deliveries.filter(({ status }) => status === 'dead');
  if (out.isJson) await out.json({ id, isSettled, deliveries });
  out.note(ending(deliveries, { isSettled, isDead, dead: dead.length }));
  return isSettled && !isDead && dead.length === 0 ? EXIT.ok : EXIT.refused;
}

function ending(
  deliveries: readonly EventDelivery[],
  { isSettled, isDead, dead }: { isSettled: boolean; isDead: boolean; dead: number },
): string {
  if (isDead) return 'A part of Posthorn failed on it, so not all deliveries could be made.';
  if (!isSettled) return 'Not settled in time. Its deliveries go on; --timeout waits longer.';
  if (deliveries.length === 0)
    return 'No subscription wanted it. `posthorn filters test` says why one does not match.';
  if (dead > 0)
    return `${dead} of ${deliveries.length} are dead. \`posthorn deliveries get <id>\` shows each attempt.`;
  return deliveries.length === 1 ? 'It was delivered.' : `All ${deliveries.length} were delivered.`;
}

function deliveryLine(delivery: EventDelivery, colours: Colours): string {
  const { id, targetId, status, attempts, since, reason, nextAttemptAt } = delivery;
  const last = attempts.at(-1);
  const answer = last && (last.statusCode ?? last.error);
  return [
    colours.dim(clockTime(since ?? last?.at ?? delivery.event.acceptedAt)),
    inTone(colours, toneOfState(status), status.padEnd(9)),
    textOf(targetId),
    answer === undefined ? '' : `${textOf(answer)} after ${Math.round(last!.durationMs)} ms`,
    attempts.length > 0 ? `#${last!.number}` : '',
    textOf(reason).replace('–', ''),
    nextAttemptAt === undefined ? '' : `next at ${clockTime(nextAttemptAt).slice(0, 8)}`,
    colours.dim(id),
  ]
    .filter(Boolean)
    .join('  ');
}
