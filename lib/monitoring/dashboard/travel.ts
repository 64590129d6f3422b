import { DEATH_REASONS, type DeathReason } from '../../../lambdas/delivery/delivery.ts';
import { LANES } from '../../../lambdas/endpoint-health/lane.ts';
import type { Watched } from '../watched.ts';
import { aside, MUCH, ours, theirs, WELL } from './colors.ts';
import { graphs, type Section } from './section.ts';
import { computed, counted, countedByLane, percentiles } from './series.ts';

/** Whom a death is owed to: our own parts, the endpoint, or who looks after the target. */
const OWED_TO: Readonly<Record<DeathReason, string>> = {
  exhausted: theirs(),
  rejected: theirs(2),
  expired: theirs(1),
  forbidden_address: theirs(3),
  transform_failed: theirs(6),
  target_unverified: theirs(4),
  target_disabled: theirs(5),
  subscription_paused: aside(),
  target_deleted: aside(1),
  infrastructure: ours(),
  payload_missing: ours(1),
};

/** Deaths by reason. `unknown` are those that a newer release's code has reported with a reason of its own. */
const deaths = (watched: Watched) => [
  ...DEATH_REASONS.map((Reason) =>
    counted(watched, 'Dead', { label: Reason, color: OWED_TO[Reason] }, { Reason }),
  ),
  counted(watched, 'Dead', { label: 'unknown', color: ours(2) }, { Reason: 'unknown' }),
];

/** Attempts that delivered, of all and of the first ones. A rate has a gap where nothing was attempted. */
export const successRates = (watched: Watched) => [
  computed(
    '100 * (1 - FILL(failed, 0) / attempts)',
    { failed: counted(watched, 'FailedAttempts'), attempts: counted(watched, 'Attempts') },
    { label: 'all attempts', color: MUCH },
  ),
  computed(
    '100 * FILL(firstDelivered, 0) / first',
    { firstDelivered: counted(watched, 'FirstAttemptsDelivered'), first: counted(watched, 'FirstAttempts') },
    { label: 'first attempts', color: WELL },
  ),
];

export function accepted(watched: Watched): Section | undefined {
  if (!watched.home) return undefined;
  return {
    title: 'Accepted and matched',
    answers:
      'Do events come in, and do they find subscriptions? Many deliveries of one event are many subscriptions, or a filter that is too wide.',
    see: ['One tenant floods', 'Two events had one id', 'Events were not delivered'],
    rows: [
      graphs(
        {
          title: 'Events that come in',
          of: [counted(watched, 'Events', { label: 'events', color: MUCH })],
          axis: 'events in 5 minutes',
        },
        {
          title: 'Events that go no further',
          of: [
            counted(watched, 'DuplicateEvents', { label: 'published twice, sent once', color: aside() }),
            counted(watched, 'ConflictingEvents', {
              label: 'under the id of another event',
              color: theirs(),
            }),
            counted(watched, 'EventsDead', { label: 'given up by us', color: ours() }),
          ],
          axis: 'events in 5 minutes',
        },
        {
          title: 'Deliveries that fanout makes of them',
          of: [
            counted(watched, 'Deliveries', { label: 'sent to a lane', color: MUCH }),
            counted(watched, 'HeldAtOnce', { label: 'held: breaker open', color: theirs() }),
          ],
          axis: 'deliveries in 5 minutes',
          stacked: true,
        },
        {
          title: 'Deliveries of one event, on average',
          of: [
            computed(
              '(FILL(deliveries, 0) + FILL(held, 0)) / events',
              {
                deliveries: counted(watched, 'Deliveries'),
                held: counted(watched, 'HeldAtOnce'),
                events: counted(watched, 'Events'),
              },
              { label: 'deliveries of an event', color: MUCH },
            ),
          ],
          axis: 'deliveries',
        },
      ),
    ],
  };
}

export function delivered(watched: Watched): Section {
  return {
    title: 'Delivered, repeated, dead',
    answers:
      'Does what was matched arrive? Attempts that fail are answers of endpoints, and are repeated. Deaths in red are ours, in yellow and orange theirs, in grey what the owner of a target decided.',
    see: ['Success is low', 'Deliveries are dead', 'Deliveries die of infrastructure'],
    rows: [
      graphs(
        {
          title: 'Deliveries that arrive, by lane',
          of: countedByLane(watched, 'Delivered'),
          axis: 'deliveries in 5 minutes',
          stacked: true,
        },
        {
          title: 'Attempts that fail and will be repeated, by lane',
          of: countedByLane(watched, 'Retried'),
          axis: 'attempts in 5 minutes',
          stacked: true,
        },
        {
          title: 'Deliveries that die, by reason',
          of: deaths(watched),
          axis: 'deliveries in 5 minutes',
          stacked: true,
        },
      ),
      graphs(
        {
          title: watched.home ? 'Attempts on record' : 'Attempts of what died, on record here',
          of: [
            counted(watched, 'Attempts', { label: 'all', color: MUCH }),
            counted(watched, 'FirstAttempts', { label: 'first ones', color: aside() }),
            ...(watched.home
              ? [
                  counted(watched, 'FirstAttemptsDelivered', {
                    label: 'first ones that deliver',
                    color: WELL,
                  }),
                ]
              : []),
            counted(watched, 'FailedAttempts', { label: 'failed', color: theirs() }),
          ],
          axis: 'attempts in 5 minutes',
        },
        ...retryRate(watched),
        {
          title: 'Outcomes written to the log',
          of: [counted(watched, 'Recorded', { label: 'outcomes', color: MUCH })],
          axis: 'outcomes in 5 minutes',
        },
      ),
    ],
  };
}

/** In a further AWS region only what died is on record, of which all was repeated. */
const retryRate = (watched: Watched) =>
  watched.home
    ? [
        {
          title: 'How many attempts are repetitions?',
          of: [
            computed(
              '100 * (1 - FILL(firstOnes, 0) / allOnes)',
              { firstOnes: counted(watched, 'FirstAttempts'), allOnes: counted(watched, 'Attempts') },
              { label: 'retries', color: theirs() },
            ),
          ],
          axis: '% of attempts',
        },
      ]
    : [];

/** A column for each lane, so that above each other is what endpoints and what we take. */
export const times = (watched: Watched): Section => ({
  title: 'Time to delivery, and time to an answer',
  answers:
    'Who is slow? Time to an answer is the endpoint’s. Time to delivery runs from acceptance, with all waiting for retries, breakers and rate limits. Where only the second rises, deliveries wait.',
  see: ['Deliveries take long', 'A lane grows', 'A rate limit has a backlog'],
  rows: [
    graphs(
      ...LANES.map((Lane) => ({
        title: `Time to delivery: ${Lane}`,
        of: percentiles((look) => counted(watched, 'DeliveryLatency', look, { Lane })),
        axis: 'milliseconds',
      })),
    ),
    graphs(
      ...LANES.map((Lane) => ({
        title: `Time to an answer: ${Lane}`,
        of: percentiles((look) => counted(watched, 'AnswerTime', look, { Lane })),
        axis: 'milliseconds',
      })),
    ),
  ],
});
