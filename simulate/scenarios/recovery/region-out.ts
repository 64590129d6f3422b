import { type Mischief, NONE } from '../../faults/mischief.ts';
import type { Random } from '../../kernel/random.ts';

/**
 * A region in trouble, as AWS's post-mortems tell of it: not dark, but nine in ten of its requests fail. A failed request may
 * have had its effect all the same, and of the functions' invocations most are refused for want of capacity.
 * https://aws.amazon.com/message/101925/ https://aws.amazon.com/message/061323/
 */
const OUT = { requests: 0.9, hadEffect: 0.2, invocations: 0.7 } as const;

/** What goes wrong meanwhile. Endpoints are elsewhere, and are well. */
export function regionOut(random: Random): Mischief {
  return {
    ...NONE,
    call({ service }) {
      if (service === 'endpoint' || !random.chance(OUT.requests)) return undefined;
      return { kind: random.chance(OUT.hadEffect) ? 'fails after' : 'fails before' };
    },
    isThrottled: () => random.chance(OUT.invocations),
    losesDeletes: () => random.chance(OUT.requests),
  };
}
