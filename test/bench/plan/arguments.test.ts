import { describe, expect, it } from 'vitest';
import { ArgumentError, help, readArguments } from '../../../bench/plan/arguments.ts';

describe('what the planner is asked (C10)', () => {
  it('takes the example', () =>
    expect(
      readArguments(['--events-per-day', '5000', '--attempts', '1.2', '--payload-kb', '8']),
    ).toMatchObject({
      environment: 'prod',
      asJson: false,
      volume: { eventsPerDay: 5000, attempts: 1.2, payloadKb: 8, deliveries: 1, peakHours: 24 },
    }));

  it.each([
    [[], '--events-per-day: expected events that are published, a number from 0 to 1000000000'],
    [
      ['--events-per-day', 'many'],
      '--events-per-day: expected events that are published, a number from 0 to 1000000000, got many',
    ],
    [['--events-per-day', ''], /got $/],
    [['--events-per-day', '0x10'], /got 0x10/],
    [['--events-per-day=-1'], /got -1/],
    [['--events-per-day', '1', '--attempts', '0.5'], /--attempts: expected .* from 1 to 10, got 0.5/],
    [['--events-per-day', '1', '--dead-share', '2'], /--dead-share: expected .* from 0 to 1, got 2/],
    [['--events-per-day', '1', '--env', 'local'], '--env: expected prod, staging, dev, got local'],
    [['--event-per-day', '1'], /Unknown option '--event-per-day'.*Expected --events-per-day/s],
    [['5000'], /Expected --events-per-day/],
  ] as [string[], string | RegExp][])('refuses %j and says what was expected', (args, message) => {
    expect(() => readArguments(args)).toThrow(ArgumentError);
    expect(() => readArguments(args)).toThrow(message);
  });

  it('helps', () => {
    expect(readArguments(['--help'])).toBeUndefined();
    for (const flag of ['--events-per-day', '--attempts', '--payload-kb', '--env', '--json']) {
      expect(help()).toContain(flag);
    }
  });
});
