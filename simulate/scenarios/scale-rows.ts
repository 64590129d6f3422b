import type { Settings } from '../../lib/settings/config.ts';
import { awsSettingsOf } from '../../lib/settings/config.ts';
import type { WorldOptions } from '../world/world.ts';

/** A load, and the limits that are raised for it. */
export interface ScalePlan {
  readonly load: 'even' | 'hot tenant' | 'hot endpoint';
  /** Deliveries a second, one of each event. */
  readonly perSecond: number;
  readonly eventsPerRequest: number;
  /** Besides `prod`'s. */
  readonly settings: Partial<Settings>;
  /** What AWS was asked to raise. */
  readonly granted: Pick<WorldOptions, 'accountConcurrency' | 'gatewayRate' | 'warm' | 'quota'>;
  /** Virtual time that is measured: fewer seconds of more deliveries. */
  readonly measuredMs: number;
}

type Raise = Pick<ScalePlan, 'settings' | 'granted'>;

const AS_IT_IS: Raise = { settings: {}, granted: {} };

const { concurrency } = awsSettingsOf('prod');

/**
 * For thousands a second. A table needs as many units as there are writes: two a delivery in the log, its index entries besides. A
 * table that grew slowly gets there by itself; one that is asked for it at once has to be warmed.
 */
const RAISED: Readonly<Record<5000 | 10_000 | 20_000, Raise>> = {
  5000: {
    settings: { concurrency: { ...concurrency, fanout: 40, standard: 150, record: 30 } },
    granted: { warm: { reads: 40_000, writes: 40_000 } },
  },
  10000: {
    settings: {
      concurrency: { ...concurrency, fanout: 80, standard: 250, slow: 100, record: 60 },
    },
    granted: {
      accountConcurrency: 2000,
      warm: { reads: 80_000, writes: 80_000 },
      quota: { reads: 100_000, writes: 100_000 },
    },
  },
  20000: {
    settings: {
      concurrency: { ...concurrency, fanout: 150, standard: 500, slow: 100, record: 120 },
      apiThrottle: { ratePerSecond: 10_000, burst: 5000 },
    },
    granted: {
      accountConcurrency: 3000,
      warm: { reads: 160_000, writes: 160_000 },
      quota: { reads: 200_000, writes: 200_000 },
    },
  },
};

const even = (
  perSecond: number,
  eventsPerRequest: number,
  measuredMs: number,
  raise = AS_IT_IS,
): ScalePlan => ({
  load: 'even',
  perSecond,
  eventsPerRequest,
  measuredMs,
  ...raise,
});

export const FULL: readonly ScalePlan[] = [
  even(100, 1, 20_000),
  even(1000, 1, 10_000),
  even(5000, 1, 4000),
  even(5000, 1, 4000, RAISED[5000]),
  even(5000, 20, 4000, RAISED[5000]),
  even(10_000, 50, 3000, RAISED[10_000]),
  even(20_000, 100, 2000),
  even(20_000, 100, 2000, RAISED[20_000]),
  { ...even(1000, 10, 8000), load: 'hot tenant' },
  { ...even(5000, 100, 4000, RAISED[20_000]), load: 'hot tenant' },
  { ...even(1000, 10, 8000), load: 'hot endpoint' },
  { ...even(5000, 100, 4000, RAISED[20_000]), load: 'hot endpoint' },
];

export const QUICK: readonly ScalePlan[] = [
  even(100, 1, 4000),
  even(1000, 20, 2000),
  { ...even(500, 20, 2000), load: 'hot tenant' },
];
