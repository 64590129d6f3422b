import type { DeliveryQuery } from '../../api/deliveries.ts';
import type { DeliveryView } from '../../api/history.ts';
import type { ROUTES } from '../../api/routes.ts';
import { type Caller, isWithin } from '../../http/caller.ts';
import { notFound } from '../../http/errors.ts';
import { ulidOf } from '../../values/ids.ts';
import { type DeliveryListDeps, findDeliveries, isPlaceIn } from '../delivery-list.ts';
import { filterOf, sourceOf } from '../delivery-query.ts';
import type { Operation } from '../operation.ts';
import { answerWithNext, pageOf } from '../page.ts';
import { askedSpan } from '../span.ts';

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

/** A subscription may have had another target before. What has no outcome yet goes to the present one. */
const shownTo = (caller: Caller, view: DeliveryView): DeliveryView | undefined =>
  view.targetId === undefined || isWithin(caller, view.targetId) ? view : undefined;

async function list(deps: DeliveryListDeps, caller: Caller, query: DeliveryQuery, now: number) {
  const filter = filterOf(query);
  const source = sourceOf(filter);
  const page = pageOf(query, (text) => isPlaceIn(source, decoded(text)));
  const after = page.cursor === undefined ? undefined : decoded(page.cursor);
  const wanted = { ...page, ...askedSpan(query), after };
  const { found, next } = await findDeliveries(deps, caller, filter, source, wanted, now);
  return answerWithNext(
    found.map(({ place, view }) => ({ view: shownTo(caller, view), cursor: encoded(place) })),
    next === undefined ? undefined : encoded(next),
  );
}
