import type { InvariantFactory } from './invariant.ts';
import { deliveryIn, isClaim } from './logged-delivery.ts';
import { readRequest } from './posted-request.ts';
import { createRecent } from './recent.ts';
import { mapIn, textIn } from './typed-item.ts';
import { spanText, timeText } from './words.ts';

const NAME = 'one probe at a time';

/** Health is remembered for so long: `cacheSeconds.endpointHealth` of lib/settings/config.ts. */
const REMEMBERED_MS = 1500;
/** A read that is not consistent is a second behind at most, as the model of DynamoDB has it. */
const BEHIND_MS = 1000;
/** A delivery waits for three slots at most, of 1.1 seconds each: `awaitSlot` of lambdas/delivery/attempt.ts. */
const SLOTS_MS = 3300;
/** Reading targets, payloads and the log after health was read, while all is calm. */
const READS_MS = 3000;
/** While it is not calm an instance may be slow: until it is ended, TIMEOUT of lib/stacks/lanes.ts. */
const TIMEOUT_MS = 45_000;

/** An owner who wants a delivery at once gets it posted beside a probe. Its message may wait in a lane. */
const ASKED_MS = 3600_000;

interface Open {
  readonly since: number;
  probe?: { readonly number: number; readonly at: number };
}

/**
 * While a target's breaker is open, and all instances know of it, no two requests to it are under way at once.
 *
 * An instance that read the health just before the breaker opened posts what it has: so requests count from when this is
 * over. A drain has a lease for 90 seconds, longer than its function may run, and ends with its request. Of a lease that
 * ran out another drain begins a minute later, by a message of release. So no clock that is less than a minute wrong lets
 * a second probe begin before the first is over.
 */
export const oneProbe: InvariantFactory = ({ now, violated, expected, isCalmSince }) => {
  const open = new Map<string, Open>();
  /** The breakers that requests are probes of, by the requests' numbers. */
  const probed = new Map<number, Open>();
  const asked = createRecent<true>(now, ASKED_MS);

  /** @param timeoutMs for so long a request may wait for one of its instance's connections to the host */
  const isKnown = ({ since }: Open, timeoutMs: number): boolean => {
    const posting = Math.min(SLOTS_MS + READS_MS + timeoutMs, TIMEOUT_MS);
    const most = REMEMBERED_MS + BEHIND_MS + (isCalmSince(since) ? posting : TIMEOUT_MS);
    return now() - since > most;
  };

  return {
    name: NAME,
    watcher: {
      wrote({ table, before, after }) {
        if (table === 'log') {
          const delivery = deliveryIn(after);
          if (delivery && isClaim(deliveryIn(before), delivery))
            asked.set(`${delivery.tenant} ${delivery.target}`, true);
          return;
        }
        const item = after ?? before;
        const pk = textIn(item, 'pk') ?? '';
        if (table !== 'state' || !pk.startsWith('standing#')) return;
        const name = `${pk.slice('standing#'.length)} ${textIn(item, 'sk')}`;
        if (mapIn(after, 'open')) {
          if (!open.has(name)) open.set(name, { since: now() });
          return;
        }
        probed.delete(open.get(name)?.probe?.number ?? -1);
        open.delete(name);
      },
      reached(request) {
        if (open.size === 0) return;
        const target = expected.targetAt(request.url);
        const name = `${target?.tenant} ${target?.id}`;
        const breaker = open.get(name);
        if (!target || !breaker || !isKnown(breaker, target.timeoutMs)) return;
        if (readRequest(request).events.length === 0) return;
        const { probe } = breaker;
        probed.delete(probe?.number ?? -1);
        breaker.probe = { number: request.number, at: now() };
        probed.set(request.number, breaker);
        // One whose answer is never known, since its instance died, is over with its time.
        if (!probe || now() - probe.at > target.timeoutMs || asked.get(name)) return;
        violated(
          NAME,
          `expected one request at a time to ${target.id} of ${target.tenant}, whose breaker is open since ${timeText(breaker.since)}, found ${request.number} ${spanText(now() - probe.at)} after ${probe.number}, which is under way`,
        );
      },
      answered({ number }) {
        delete probed.get(number)?.probe;
        probed.delete(number);
      },
    },
  };
};
