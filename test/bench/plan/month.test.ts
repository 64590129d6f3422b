import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_ATTEMPTS, retriesOf } from '../../../bench/plan/attempts.ts';
import { type Metered, readMetered } from '../../../bench/plan/metered.ts';
import { type Environment, monthOf } from '../../../bench/plan/month.ts';
import type { Standing } from '../../../bench/plan/standing.ts';
import { NO_UNITS } from '../../../bench/plan/units.ts';
import type { Volume } from '../../../bench/plan/volume.ts';
import { runs } from '../../helpers/runs.ts';

const metered: Metered = readMetered();

const standing: Standing = {
  dashboards: 1,
  alarmMetrics: 24,
  compositeAlarms: 1,
  keys: 1,
  secrets: 1,
  natGateways: 1,
  webAcls: 0,
  isBehindCloudFront: false,
  polledQueues: 9,
  isTraced: true,
  schedules: { ...NO_UNITS, runs: 60_000, reads: 100_000 },
  schedulesGbMs: 300_000,
};
const environment: Environment = { standing, longestRetentionHours: 720 };

const volume = (changes: Partial<Volume> = {}): Volume => ({
  eventsPerDay: 5000,
  deliveries: 1,
  attempts: 1,
  payloadKb: 1,
  eventsPerRequest: 1,
  answerMs: 200,
  peakHours: 24,
  retentionHours: 72,
  tenants: 1,
  targets: 10,
  eventTypes: 10,
  heldShare: 0,
  deadShare: 0,
  ...changes,
});

const plan = (changes: Partial<Volume> = {}) => monthOf(volume(changes), environment, metered);

const anyVolume: fc.Arbitrary<Volume> = fc.record({
  eventsPerDay: fc.integer({ min: 1, max: 50_000_000 }),
  deliveries: fc.double({ min: 1, max: 40, noNaN: true }),
  attempts: fc.double({ min: 1, max: 5, noNaN: true }),
  payloadKb: fc.double({ min: 0.1, max: 100, noNaN: true }),
  eventsPerRequest: fc.integer({ min: 1, max: 100 }),
  answerMs: fc.integer({ min: 0, max: 5000 }),
  peakHours: fc.double({ min: 1, max: 24, noNaN: true }),
  retentionHours: fc.integer({ min: 48, max: 720 }),
  tenants: fc.integer({ min: 1, max: 1000 }),
  targets: fc.integer({ min: 1, max: 1000 }),
  eventTypes: fc.integer({ min: 1, max: 1000 }),
  heldShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
  deadShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
});

describe('a month for a stated volume (C10)', () => {
  it.each([
    'eventsPerDay',
    'deliveries',
    'attempts',
    'payloadKb',
    'answerMs',
    'retentionHours',
    'tenants',
    'targets',
    'eventTypes',
    'heldShare',
    'deadShare',
  ] as const)('costs no less with more of %s', (field) => {
    fc.assert(
      fc.property(anyVolume, fc.double({ min: 1, max: 3, noNaN: true }), (some, factor) => {
        const most = { attempts: MOST_ATTEMPTS, heldShare: 1, deadShare: 1 };
        const more = Math.min(
          some[field] * factor,
          most[field as keyof typeof most] ?? Number.POSITIVE_INFINITY,
        );
        expect(plan({ ...some, [field]: more }).dollars).toBeGreaterThanOrEqual(plan(some).dollars * 0.9999);
      }),
      { numRuns: runs(100) },
    );
  });

  it.each(['eventsPerRequest'] as const)('costs no more with more of %s', (field) => {
    fc.assert(
      fc.property(anyVolume, (some) => {
        const more = Math.min(100, some[field] * 2);
        expect(plan({ ...some, [field]: more }).dollars).toBeLessThanOrEqual(plan(some).dollars * 1.001);
      }),
      { numRuns: runs(100) },
    );
  });

  it('is the sum of its lines, each of which is a price', () => {
    fc.assert(
      fc.property(anyVolume, (some) => {
        const { lines, dollars } = plan(some);
        const sum = lines.reduce((all, line) => all + line.standing + line.traffic, 0);
        expect(sum).toBeCloseTo(dollars, 6);
        for (const line of lines) {
          expect(line.standing).toBeGreaterThanOrEqual(0);
          expect(line.traffic).toBeGreaterThanOrEqual(-1e-9);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  it('is what is paid anyway when nothing is published', () => {
    const { dollars, standing: anyway, perMillionDeliveries } = plan({ eventsPerDay: 0 });
    expect(dollars).toBe(anyway);
    expect(perMillionDeliveries).toBeUndefined();
    expect(plan().standing).toBe(anyway);
  });

  it.each([
    ['alone, one every 17 seconds', {}, 9, 14],
    ['in full batches', { eventsPerDay: 10_000_000, eventsPerRequest: 100 }, 1.4, 2.6],
  ])(
    '%s, a million deliveries cost what docs/costs.md says, and their traffic',
    (_, changes, least, most) => {
      const untraced = { ...environment, standing: { ...standing, isTraced: false, natGateways: 0 } };
      const { perMillionDeliveries } = monthOf(volume({ ...changes, answerMs: 0 }), untraced, metered);
      expect(perMillionDeliveries).toBeGreaterThan(least);
      expect(perMillionDeliveries).toBeLessThan(most);
    },
  );

  it.each([
    ['S3', { payloadKb: 9 }, { payloadKb: 8 }],
    ['Traffic', { payloadKb: 8 }, { payloadKb: 1 }],
    ['NAT gateways', { attempts: 3 }, {}],
    ['X-Ray', { eventsPerDay: 10_000 }, {}],
    ['API Gateway', {}, { eventsPerRequest: 10 }],
    ['Lambda', { answerMs: 2000 }, {}],
    ['SQS', { attempts: 2 }, {}],
    ['DynamoDB', { attempts: 2 }, {}],
    ['DynamoDB', { attempts: 1.5, parkedShare: 1 }, { attempts: 1.5, parkedShare: 0 }],
  ])('%s costs more with %j than with %j', (service, more, less) => {
    const priceOf = (changes: Partial<Volume>): number =>
      plan(changes)
        .lines.filter((line) => line.service === service)
        .reduce((sum, { traffic }) => sum + traffic, 0);
    expect(priceOf(more)).toBeGreaterThan(priceOf(less) * 1.05);
  });

  it('has a price for each part of what stands', () => {
    const without = (changes: Partial<Standing>): number =>
      monthOf(volume(), { ...environment, standing: { ...standing, ...changes } }, metered).dollars;
    const all = without({});
    expect(all - without({ dashboards: 0 })).toBeCloseTo(3);
    expect(all - without({ alarmMetrics: 14 })).toBeCloseTo(1);
    expect(all - without({ compositeAlarms: 0 })).toBeCloseTo(0.5);
    expect(all - without({ natGateways: 0 })).toBeGreaterThan(36.5);
    expect(without({ webAcls: 1 }) - all).toBeCloseTo(9);
    // 152,083 requests, of which a web ACL looks at each.
    expect(without({ isBehindCloudFront: true }) - all).toBeCloseTo(0.152 * 1.1, 2);
    expect(without({ isBehindCloudFront: true, webAcls: 1 }) - all).toBeCloseTo(9 + 0.152 * 1.7, 2);
    // Each run of a schedule, and some four for each event.
    expect(all - without({ isTraced: false })).toBeGreaterThan((60_000 * 5) / 1e6 + 3);
    expect(all - without({ isTraced: false })).toBeLessThan((60_000 * 5) / 1e6 + 4);
    expect(all - without({ polledQueues: 8 })).toBeCloseTo(0.263, 3);
  });
});

describe('retries for an average of attempts', () => {
  it.each([1, 1.2, 2, 5, 9.5])('%d', (attempts) => {
    const { queued, parked, retried, exhausted } = retriesOf(attempts);
    expect(1 + queued + parked).toBeCloseTo(attempts, 6);
    expect(retried).toBeLessThanOrEqual(1);
    expect(exhausted).toBeLessThan(retried + 1e-9);
  });

  it('are mostly early ones', () => {
    const { queued, parked } = retriesOf(1.2);
    expect(queued).toBeGreaterThan(100 * parked);
  });
});
