import { type Meaning, meaningOf } from '../../lambdas/http-client/verdict.ts';
import type { InvariantFactory } from './invariant.ts';
import { createRecent } from './recent.ts';
import { mapIn, textIn } from './typed-item.ts';
import { timeText } from './words.ts';

const NAME = 'a breaker closes on an answer';

/** Longer than any request: a target's timeout is 30 seconds at most. */
const REQUEST_MS = 120_000;

/** What an endpoint that is there answers. One that refuses a request is there as well. */
const THERE: ReadonlySet<Meaning> = new Set(['delivered', 'final', 'gone']);

interface Open {
  readonly since: number;
  /** Whether an answer came since that says that the endpoint is there. */
  isThere: boolean;
}

/**
 * What dispatch sees closes a breaker only if the endpoint has answered since it opened: not a request that timed out, nor one
 * that failed. Its owner may close it at any time.
 */
export const breakerClosesOnAnswer: InvariantFactory = ({ now, violated, expected, functionSize }) => {
  const open = new Map<string, Open>();
  const underWay = createRecent<string>(now, REQUEST_MS);

  return {
    name: NAME,
    watcher: {
      wrote({ table, caller, before, after }) {
        const item = after ?? before;
        const [kind, tenant] = (textIn(item, 'pk') ?? '').split('#');
        if (table !== 'state' || kind !== 'standing') return;
        const target = textIn(item, 'sk');
        const name = `${tenant} ${target}`;
        if (mapIn(after, 'open')) {
          if (!open.has(name)) open.set(name, { since: now(), isThere: false });
          return;
        }
        const was = open.get(name);
        open.delete(name);
        const isClosed = after && !mapIn(after, 'disabled') && functionSize(caller)?.role === 'dispatch';
        if (!was || was.isThere || !isClosed) return;
        violated(
          NAME,
          `expected ${target} of ${tenant} to have answered since its breaker opened at ${timeText(was.since)}: ${caller} closed it without`,
        );
      },
      reached({ number, url }) {
        if (open.size === 0) return;
        const target = expected.targetAt(url);
        if (target) underWay.set(String(number), `${target.tenant} ${target.id}`);
      },
      answered({ number, status }) {
        const was = open.get(underWay.get(String(number)) ?? '');
        if (was && status !== undefined && THERE.has(meaningOf({ status }))) was.isThere = true;
      },
    },
  };
};
