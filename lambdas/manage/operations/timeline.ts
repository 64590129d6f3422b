import type { ROUTES } from '../../api/routes.ts';
import type { FollowedDeliveryView } from '../../api/timeline.ts';
import { obstacleOf } from '../../delivery/decide.ts';
import { isHeld, isWaitingStatus } from '../../delivery/delivery.ts';
import type { LoggedEvent } from '../../events/event-items.ts';
import { jsonIn, payloadBytes } from '../../events/payload.ts';
import { type Caller, isWithin } from '../../http/caller.ts';
import { invalid } from '../../http/errors.ts';
import { ENGINES } from '../../matching/index/all-engines.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { hasPassed } from '../../targets/challenge.ts';
import type { Target } from '../../targets/target.ts';
import { refName } from '../../values/target-ref.ts';
import type { ManageDeps } from '../deps.ts';
import { cursorOf, pageAnswer, pageOf } from '../lists/page.ts';
import type { Operation } from '../operation.ts';
import { deliveryEntries, eventEntries, inOrder } from '../timeline/entries.ts';
import type { KnownDelivery, KnownTarget } from '../timeline/known.ts';
import type { Timed } from '../timeline/timed.ts';
import { upcomingOf } from '../timeline/upcoming.ts';
import { whyNot } from '../timeline/why-not.ts';
import { deliveryView, eventView, queuedView } from '../views.ts';
import { shownEvent } from './events.ts';
import { currentHealth } from './target-status.ts';

/** What happened to an event, and what comes next. */
export const getEventTimeline: Operation<(typeof ROUTES)['getEventTimeline']> = async (deps, call) => {
  const { tenant, caller, query, make } = call;
  const page = pageOf(query);
  const event = await shownEvent(deps, call);
  const { subscriptionId: asked } = query;
  const isAsked = (each: string): boolean =>
    (asked === undefined || each === asked) && (!page.cursor || cursorOf('sub', each) > page.cursor);
  const listed = event.subscriptions.filter(isAsked).slice(0, page.limit);
  const isMissing = asked !== undefined && !event.subscriptions.includes(asked);
  const [known, missing] = await Promise.all([
    knownOf(deps, tenant, event, listed, make.now),
    isMissing ? whyMissing(deps, caller, event, asked, make.now) : [],
  ]);
  const followed = known.map((one) => ({
    view: { entries: deliveryEntries(event, one, make.now), delivery: followedView(event, one, make.now) },
    cursor: cursorOf('sub', one.subscription),
  }));
  const { body } = pageAnswer(followed, page);
  const ofEvent = page.cursor === undefined ? eventEntries(event) : [];
  return {
    status: 200,
    body: {
      event: eventView(event),
      items: inOrder([...ofEvent, ...missing, ...body.items.flatMap(({ entries }) => entries)]),
      deliveries: body.items.map(({ delivery }) => delivery),
      next: body.next,
    },
  };
};

function followedView(event: LoggedEvent, known: KnownDelivery, now: number): FollowedDeliveryView {
  const { logged, subscription, destination } = known;
  const {
    event: _,
    attempts: __,
    ...view
  } = logged ? deliveryView(logged, now) : queuedView(event, subscription);
  return { targetId: destination?.target.id, ...view, upcoming: upcomingOf(event.ulid, known, now) };
}

/** Why a subscription did not get an event. @throws ApiError when there is no such subscription */
async function whyMissing(
  {
    deliveryLog,
    subscriptions,
    filters,
    payloads,
  }: Pick<ManageDeps, 'deliveryLog' | 'subscriptions' | 'filters' | 'payloads'>,
  caller: Caller,
  event: LoggedEvent,
  id: string,
  now: number,
): Promise<Timed[]> {
  const { tenant } = caller;
  const subscription = await subscriptions.find(tenant, id);
  if (!subscription || !isWithin(caller, subscription.targetId))
    throw invalid('no such subscription', 'subscriptionId');
  // It did get the event, at a target that it had before and that is not of the caller's: see `shownEvent`.
  const isHidden = caller.targets && (await deliveryLog.getTargets(tenant, event.ulid, [id], now)).has(id);
  if (isHidden) return [];
  const [filter, bytes] = await Promise.all([
    filters.find(tenant, subscription.filterId),
    payloadBytes(event.payload, payloads.getPayload),
  ]);
  const facts = { event, subscription, filter, data: bytes && jsonIn(bytes), isPayloadGone: !bytes };
  return whyNot(facts, ENGINES);
}

type Reading = Pick<
  ManageDeps,
  'deliveryLog' | 'subscriptions' | 'targets' | 'health' | 'holdQueue' | 'challenges'
>;

/** What is known of an event's deliveries to these subscriptions. Targets are read of those that are not settled. */
async function knownOf(
  deps: Reading,
  tenant: string,
  event: LoggedEvent,
  subscriptions: readonly string[],
  now: number,
): Promise<KnownDelivery[]> {
  const logged = await deps.deliveryLog.getDeliveries(tenant, event.ulid, subscriptions, now);
  const queued = subscriptions.filter((id) => !logged.has(id));
  const bound = await deps.subscriptions.findMany(tenant, queued);
  const targetOf = new Map(bound.map(({ id, targetId }) => [id, targetId]));
  for (const [id, delivery] of logged)
    if (isWaitingStatus(delivery.status)) targetOf.set(id, delivery.target);
  const held = [...logged.values()].filter(isHeld).map(({ target }) => target);
  const targets = await targetsOf(deps, tenant, new Set(targetOf.values()), new Set(held));
  const reached = new Set(event.fannedOut);
  return subscriptions.map((subscription) => ({
    subscription,
    logged: logged.get(subscription),
    isAdded: !reached.has(subscription),
    destination: targets.get(targetOf.get(subscription) ?? ''),
  }));
}

/** Entries of the drain schedule that are read at once. */
const PARALLEL_READS = 16;

/** Targets as they are now, by id; one that is gone is missing. @param held those with deliveries in their hold queue */
async function targetsOf(
  deps: Reading,
  tenant: string,
  ids: ReadonlySet<string>,
  held: ReadonlySet<string>,
): Promise<Map<string, KnownTarget>> {
  const targets = await deps.targets.findMany(tenant, [...ids]);
  const draining = targets.filter(({ id, batching }) => held.has(id) || batching);
  const [healthOf, isVerified, drains] = await Promise.all([
    currentHealth(deps, tenant, ids),
    verifiedOf(deps, tenant, targets),
    inParallel(draining, PARALLEL_READS, async ({ id }) => {
      return [id, await deps.holdQueue.nextDrainAt({ tenant, target: id })] as const;
    }),
  ]);
  const drainOf = new Map(drains);
  return new Map(
    targets.map((target) => [
      target.id,
      {
        target,
        obstacle: obstacleOf(target, isVerified(target)),
        health: healthOf(target.id),
        drainsAt: drainOf.get(target.id),
      },
    ]),
  );
}

async function verifiedOf(
  { challenges }: Pick<ManageDeps, 'challenges'>,
  tenant: string,
  targets: readonly Target[],
): Promise<(target: Target) => boolean> {
  const challenged = targets.filter(({ challenge }) => challenge).map(({ id }) => ({ tenant, target: id }));
  const results = await challenges.getChallengeResults(challenged);
  return ({ id, challenge }) => hasPassed(challenge, results.get(refName({ tenant, target: id })));
}
