import type { InvariantFactory } from './invariant.ts';
import { numberIn, type TypedItem, textIn } from './typed-item.ts';
import { timeText } from './words.ts';

const NAME = 'the end is quiet';

/** Waits for a person. */
const QUARANTINE = 'quarantine';

/**
 * At the end nothing waits any more: no message in a queue, no delivery in a hold queue or parked, no drain scheduled, no
 * lease held, no job under way. In quarantine is what the history put there, and nothing else.
 */
export const quietAtEnd: InvariantFactory = ({ now, violated, items, queues, limits }) => {
  function checkQueues(): void {
    let quarantined = 0;
    for (const { name, visible, inFlight, delayed } of queues()) {
      const held = visible + inFlight + delayed;
      if (name.endsWith(QUARANTINE)) quarantined += held;
      else if (held > 0)
        violated(
          NAME,
          `expected no message in the queue ${name}, found ${visible} visible, ${inFlight} in flight, ${delayed} delayed`,
        );
    }
    if (quarantined !== limits.quarantined)
      violated(NAME, `expected ${limits.quarantined} messages in quarantine, found ${quarantined}`);
  }

  return {
    name: NAME,
    watcher: {},
    atEnd() {
      checkQueues();
      for (const item of items('state')) {
        const problem = problemOf(item, now());
        if (problem) violated(NAME, problem);
      }
    },
  };
};

/** What is wrong with an item of the state table at the end, if anything is. */
function problemOf(item: TypedItem, now: number): string | undefined {
  const [pk = '', sk = ''] = [textIn(item, 'pk'), textIn(item, 'sk')];
  const [kind] = pk.split('#');
  switch (kind) {
    case 'room':
      return `expected no held delivery, found ${pk} / ${sk}`;
    case 'parked':
      return `expected no parked delivery, found ${sk}, due ${timeText(Number(sk.split('#')[0]))}`;
    case 'rooms':
      return `expected no drain scheduled, found one of ${sk} for ${timeText(numberIn(item, 'at') ?? 0)}`;
    case 'recovery': {
      const until = numberIn(item, 'busyUntil') ?? 0;
      return until > now ? `expected no run of recovery, found one until ${timeText(until)}` : undefined;
    }
    case 'job': {
      const isRunning = textIn(item, 'state') === 'running';
      return isRunning ? `expected the job ${sk} to have ended, found it running` : undefined;
    }
    default:
      return undefined;
  }
}
