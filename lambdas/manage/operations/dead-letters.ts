import type { DeadFilterInput, SelectionInput } from '../../api/replay.ts';
import type { ROUTES } from '../../api/routes.ts';
import { cursorOfPlace, deliveryPlace, placeOfCursor } from '../../events/log-keys.ts';
import { isWithin } from '../../http/caller.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import type { SkipReason } from '../../replay/replay.ts';
import type { DeadFilter } from '../../replay/replay-job.ts';
import { deliveryOfId } from '../../values/ids.ts';
import { answerWithNext, pageOf } from '../lists/page.ts';
import { askedSpan } from '../lists/span.ts';
import type { Operation } from '../operation.ts';
import { deliveryView } from '../views.ts';
import { sendDeadLetters, start } from './replays.ts';

type Routes = typeof ROUTES;

/** Parallel conditional writes: they can't be batched. */
const PARALLEL_WRITES = 16;

/** @throws ApiError for a filter that matches nothing */
const filterOf = ({ subscriptionId, targetId, reason, ...span }: DeadFilterInput): DeadFilter => ({
  subscription: subscriptionId,
  target: targetId,
  reason,
  ...askedSpan(span),
});

export const listDeadLetters: Operation<Routes['listDeadLetters']> = async (
  { deadLetters },
  { tenant, caller, query, make },
) => {
  const page = pageOf(query, (text) => placeOfCursor(text) !== undefined);
  const wanted = {
    filter: filterOf(query),
    limit: page.limit,
    after: page.cursor === undefined ? undefined : placeOfCursor(page.cursor),
    newestFirst: page.newestFirst,
  };
  const { places, next } = await deadLetters.scanDeadLetters(tenant, wanted, make.now);
  const dead = await deadLetters.readDeadLetters(tenant, places, make.now);
  const listed = dead.map((delivery) => ({
    // The index is a moment behind: by now it may be of another target.
    view: isWithin(caller, delivery.target) ? deliveryView(delivery, make.now, { caller }) : undefined,
    cursor: cursorOfPlace(deliveryPlace(delivery.subscription, delivery.event.ulid)),
  }));
  return answerWithNext(listed, next && cursorOfPlace(next));
};

export const redriveDeadLetters: Operation<Routes['redriveDeadLetters']> = async (
  deps,
  { tenant, body, make },
) => {
  if (!('ids' in body)) return start(deps, tenant, 'send', deadOf(body), make);
  const ids = [...new Set(body.ids)];
  return resultsOf(ids, await sendDeadLetters(deps, tenant, ids, make));
};

export const purgeDeadLetters: Operation<Routes['purgeDeadLetters']> = async (
  deps,
  { tenant, body, make },
) => {
  if (!('ids' in body)) return start(deps, tenant, 'purge', deadOf(body), make);
  const ids = [...new Set(body.ids)];
  const reasons = await inParallel(ids, PARALLEL_WRITES, async (id): Promise<SkipReason | undefined> => {
    const ref = deliveryOfId(id);
    if (!ref) return 'not_found';
    return (await deps.deadLetters.purgeDeadLetter(tenant, ref)) ? undefined : 'not_dead';
  });
  return resultsOf(ids, reasons);
};

const deadOf = ({ all: _, ...filter }: Extract<SelectionInput, { all: true }>) =>
  ({ kind: 'dead', ...filterOf(filter) }) as const;

const resultsOf = (ids: readonly string[], reasons: readonly (SkipReason | undefined)[]) => {
  const items = ids.map((id, i) => ({
    id,
    done: reasons[i] === undefined,
    ...(reasons[i] && { reason: reasons[i] }),
  }));
  return { status: 200, body: { items } } as const;
};
