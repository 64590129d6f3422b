import type { DeliveryQuery } from '../../api/deliveries.ts';
import type { ROUTES } from '../../api/routes.ts';
import type { Caller } from '../../http/caller.ts';
import { invalid, notFound } from '../../http/errors.ts';
import { ulidOf } from '../../values/ids.ts';
import { type DeliveryListDeps, findDeliveries, isPlaceIn } from '../lists/delivery-list.ts';
import { filterOf, sourceOf } from '../lists/delivery-query.ts';
import { answerWithNext, pageOf } from '../lists/page.ts';
import { askedSpan } from '../lists/span.ts';
import type { Operation } from '../operation.ts';

type Routes = typeof ROUTES;

export const listDeliveries: Operation<Routes['listDeliveries']> = (deps, { caller, query, make }) =>
  list(deps, caller, query, make.now);

export const listSubscriptionDeliveries: Operation<Routes['listSubscriptionDeliveries']> = async (
  deps,
  { tenant, caller, id, query, make },
) => {
  if (!ulidOf('sub', id)) throw notFound('subscription');
  const answer = await list(deps, caller, { ...query, subscriptionId: id }, make.now);
  // One that was deleted has a history as long as the log is kept.
  if (answer.body.items.length === 0 && query.cursor === undefined)
    await deps.subscriptions.existing(tenant, id);
  return answer;
};

const encoded = (place: string): string => Buffer.from(place).toString('base64url');
const decoded = (cursor: string): string => Buffer.from(cursor, 'base64url').toString();

/** @throws ApiError for what no list has */
function refuseQueued({ targets }: Caller, { status, targetId }: DeliveryQuery): void {
  if (!status?.includes('queued')) return;
  if (targetId !== undefined) {
    throw invalid(
      'expected no `targetId` with the status queued: such a delivery has no target yet',
      'status',
    );
  }
  if (targets) {
    const message =
      'expected no status queued: a credential that is limited to targets sees such deliveries with their event';
    throw invalid(message, 'status');
  }
}

async function list(deps: DeliveryListDeps, caller: Caller, query: DeliveryQuery, now: number) {
  refuseQueued(caller, query);
  // A subscription may have had another target before.
  const filter = filterOf(query, caller);
  const source = sourceOf(filter);
  const page = pageOf(query, (text) => isPlaceIn(source, decoded(text)));
  const after = page.cursor === undefined ? undefined : decoded(page.cursor);
  const wanted = { ...page, ...askedSpan(query), after };
  const { found, next } = await findDeliveries(deps, caller, filter, source, wanted, now);
  return answerWithNext(
    found.map(({ place, view }) => ({ view, cursor: encoded(place) })),
    next === undefined ? undefined : encoded(next),
  );
}
