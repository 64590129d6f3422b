import type { AcceptedEvent } from '../world/watch.ts';
import type { Expectation, InvariantFactory } from './invariant.ts';
import { deliveryIn, isSettled, type LoggedDelivery, shown } from './logged-delivery.ts';
import { createRecent } from './recent.ts';
import { flagIn, type TypedItem, textIn } from './typed-item.ts';
import { timeText } from './words.ts';

const NAME = 'nothing is lost';

/**
 * What is recorded before its producer has its answer. A request to the API takes no longer than API Gateway's 30 seconds
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html).
 */
const EARLY_MS = 120_000;

interface Awaited {
  readonly event: AcceptedEvent;
  readonly expected: Expectation;
  /** Subscriptions whose delivery has not come to its end. */
  readonly left: Set<string>;
}

/**
 * Each delivery that the configuration asks for ends delivered or dead, and none is logged that it does not ask for. An
 * event that is marked as dead has come to its end.
 */
export const nothingLost: InvariantFactory = (context) => {
  const { now, violated, expected, items } = context;
  const awaited = new Map<string, Awaited>();
  const endedEarly = createRecent<true>(now, EARLY_MS);

  function noteSettled(delivery: LoggedDelivery): void {
    const name = nameOf(delivery.tenant, delivery.event);
    const one = awaited.get(name);
    if (!one) {
      endedEarly.set(`${name} ${delivery.subscription}`, true);
      return;
    }
    one.left.delete(delivery.subscription);
    if (one.left.size === 0) awaited.delete(name);
  }

  function checkExpected(delivery: LoggedDelivery): void {
    const one = awaited.get(nameOf(delivery.tenant, delivery.event));
    if (!one) return;
    const { must, may = [] } = one.expected;
    const isMeant = [...must, ...may].some(
      ({ subscription, target }) => subscription === delivery.subscription && target === delivery.target,
    );
    // A subscription may have been bound to another target since.
    const isKnown = isMeant || may.some(({ subscription }) => subscription === delivery.subscription);
    if (!isKnown)
      violated(NAME, `expected no delivery of this subscription to this target, found ${shown(delivery)}`);
  }

  function noteDeadEvent(item: TypedItem): void {
    const [kind, tenant = ''] = (textIn(item, 'pk') ?? '').split('#');
    if (kind !== 'event' || !flagIn(item, 'dead')) return;
    const name = nameOf(tenant, textIn(item, 'id') ?? '');
    awaited.delete(name);
    endedEarly.set(name, true);
  }

  return {
    name: NAME,
    watcher: {
      accepted(event) {
        const name = nameOf(event.tenant, event.id);
        // Published again under its producer's id: it is the same event.
        if (awaited.has(name) || endedEarly.get(name)) return;
        const wanted = expected.of(event);
        const left = wanted.must.filter(({ subscription }) => !endedEarly.get(`${name} ${subscription}`));
        if (left.length === 0) return;
        const subscriptions = new Set(left.map(({ subscription }) => subscription));
        awaited.set(name, { event, expected: wanted, left: subscriptions });
      },
      wrote({ table, before, after }) {
        if (table !== 'log' || !after) return;
        const delivery = deliveryIn(after);
        if (!delivery) return noteDeadEvent(after);
        if (!before) checkExpected(delivery);
        if (isSettled(delivery)) noteSettled(delivery);
      },
    },
    atEnd() {
      for (const item of items('log')) {
        const delivery = deliveryIn(item);
        if (!delivery || isSettled(delivery)) continue;
        violated(NAME, `expected an end, delivered or dead, found ${shown(delivery)}`);
        awaited.get(nameOf(delivery.tenant, delivery.event))?.left.delete(delivery.subscription);
      }
      for (const { event, left } of awaited.values()) {
        const { id, tenant, at } = event;
        for (const subscription of left)
          violated(
            NAME,
            `expected a delivery of ${id} of ${tenant}, accepted ${timeText(at)}, for ${subscription}: the log has none`,
          );
      }
    },
  };
};

const nameOf = (tenant: string, event: string): string => `${tenant} ${event}`;
