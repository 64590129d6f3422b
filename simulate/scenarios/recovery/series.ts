import type { Kernel } from '../../kernel/kernel.ts';
import type { Tally } from './tally.ts';

/** What waits and what is delivered a second, at times that are seconds since the first. */
interface Series {
  readonly seconds: number[];
  readonly waiting: number[];
  readonly perSecond: number[];
}

export interface Sampler {
  /** How often it looks from now on, in milliseconds. */
  every(ms: number): void;
  /** Ends it. @returns at most `most` points */
  end(most: number): Series;
}

interface Point {
  readonly at: number;
  readonly waiting: number;
  readonly delivered: number;
}

/** Looks at a tally from time to time. */
export function startSampler(kernel: Kernel, tally: Tally, everyMs: number): Sampler {
  const points: Point[] = [];
  let timer: { cancel(): void } | undefined;

  function look(): void {
    points.push({ at: kernel.now(), waiting: tally.waiting, delivered: tally.count.delivered });
  }
  function every(ms: number): void {
    timer?.cancel();
    const next = (): void => {
      look();
      timer = kernel.after(ms, next);
    };
    next();
  }
  every(everyMs);
  return {
    every,
    end(most) {
      timer?.cancel();
      look();
      return seriesOf(points, most);
    },
  };
}

/** Points with others between them left out, so that there are not too many. Rates are from one that is left to the next. */
function seriesOf(points: readonly Point[], most: number): Series {
  const step = Math.ceil(points.length / most);
  const kept = points.filter((_, i) => (points.length - 1 - i) % step === 0);
  const begin = points[0]!.at;
  return {
    seconds: kept.map(({ at }) => round((at - begin) / 1000)),
    waiting: kept.map(({ waiting }) => waiting),
    perSecond: kept.map(({ at, delivered }, i) => {
      const before = kept[i - 1];
      if (!before || at === before.at) return 0;
      return round((delivered - before.delivered) / ((at - before.at) / 1000));
    }),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
