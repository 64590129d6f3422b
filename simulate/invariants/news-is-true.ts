import type { InvariantFactory } from './invariant.ts';
import { deliveryIn } from './logged-delivery.ts';
import { isOperational } from './posted-request.ts';
import { createRecent } from './recent.ts';
import { mapIn, type TypedItem, textIn } from './typed-item.ts';

const NAME = 'news is true';

/** The dead-letter writer tells again what it failed on, five times in a quarter of an hour. */
const TOLD_MS = 4 * 3600_000;

interface News {
  readonly id: string;
  readonly type: string;
  readonly payload: { readonly text?: string };
}

/** What is published of a target or a delivery, `posthorn.…`, has happened: the tables had it first. */
export const newsIsTrue: InvariantFactory = ({ now, violated, limits }) => {
  /** What has ever been of each target: one entry for a target and word. */
  const seen = new Set<string>();
  const dead = createRecent<true>(now, TOLD_MS);

  function noteState(item: TypedItem): void {
    const [kind, tenant] = (textIn(item, 'pk') ?? '').split('#');
    const sk = textIn(item, 'sk') ?? '';
    if (kind === 'failing-targets') seen.add(`failing ${sk.replace('#', ' ')}`);
    if (kind !== 'standing') return;
    for (const word of ['open', 'disabled']) if (mapIn(item, word)) seen.add(`${word} ${tenant} ${sk}`);
  }

  function isTrue(tenant: string, type: string, data: About): boolean {
    const was = (...words: string[]) => words.some((word) => seen.has(`${word} ${tenant} ${data.targetId}`));
    switch (type) {
      case 'posthorn.target.disabled':
        return was('disabled');
      case 'posthorn.target.recovered':
        return was('open', 'disabled');
      case 'posthorn.target.failing':
      case 'posthorn.target.healthy':
        return was('failing');
      case 'posthorn.delivery.dead':
        // Where a fault has made two messages of it, one may be dead while the other arrives.
        return limits.repeatsPerAttempt > 0 || dead.get(`${tenant} ${data.deliveryId}`) === true;
      default:
        return true;
    }
  }

  return {
    name: NAME,
    watcher: {
      wrote({ table, after }) {
        if (!after) return;
        if (table === 'state') return noteState(after);
        const delivery = table === 'log' ? deliveryIn(after) : undefined;
        if (delivery?.status !== 'dead') return;
        const { tenant, ulid, subscription } = delivery;
        dead.set(`${tenant} dlv_${ulid}${subscription.slice('sub_'.length)}`, true);
      },
      sent({ body, moved }) {
        if (moved || !body.includes('"posthorn.')) return;
        const { kind, tenant = '', events = [] } = JSON.parse(body) as Message;
        if (kind !== 'events') return;
        for (const { id, type, payload } of events) {
          if (!isOperational(type)) continue;
          const data = JSON.parse(payload.text ?? '{}') as About;
          if (!isTrue(tenant, type, data))
            violated(NAME, `expected ${type} to have happened in ${tenant}, the tables do not say so: ${id}`);
        }
      },
    },
  };
};

interface Message {
  readonly kind: string;
  readonly tenant?: string;
  readonly events?: readonly News[];
}

interface About {
  readonly targetId?: string;
  readonly deliveryId?: string;
}
