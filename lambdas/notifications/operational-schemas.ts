import { COMPATIBILITIES } from '../catalogue/changelog.ts';
import { EFFECTS } from '../catalogue/schema-change.ts';
import { DEATH_REASONS } from '../delivery/delivery.ts';
import { DISABLED_REASONS } from '../endpoint-health/health.ts';
import { ERROR_CLASSES } from '../http-client/error-class.ts';
import type { OperationalType } from './operational-events.ts';

/** Describes a type of operational events, as a tenant describes its own types. */
export interface OperationalDescription {
  readonly description: string;
  /** JSON Schema, draft 2020-12. Later releases may add members. */
  readonly schema: Record<string, unknown>;
  readonly sample: unknown;
}

const time = { type: 'string', format: 'date-time' };
const text = { type: 'string' };
const about = (schema: object, description: string) => ({ ...schema, description });

const lastAttempt = {
  type: 'object',
  description: 'The last request; left out when there was none.',
  properties: {
    at: time,
    statusCode: about({ type: 'integer' }, 'Of the answer, if there was one.'),
    error: about({ enum: ERROR_CLASSES }, 'Why there was none.'),
  },
  required: ['at'],
};

const object = (properties: Record<string, object>, optional: readonly string[]) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

const number = { type: 'number' };
const alert = {
  ruleId: about(text, 'The alert rule.'),
  ruleName: text,
  targetId: about(text, 'The target that the rule is about; left out where it is about all.'),
  when: about(
    { type: 'object', properties: { metric: text }, required: ['metric'], additionalProperties: true },
    'The rule’s condition, as `GET /v1/alert-rules/{id}` has it.',
  ),
  value: about(
    { type: ['number', 'null'] },
    'What it was held against: a share, milliseconds, dead letters, events, or hours of silence; null where nothing was counted.',
  ),
  threshold: about(number, 'Of the condition.'),
  raisedAt: about(time, 'When it began to hold.'),
};
const raised = {
  ruleId: 'alr_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  ruleName: 'payments fail',
  targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  when: { metric: 'successRate', below: 0.95, minutes: 15, minimum: 20 },
  value: 0.8125,
  threshold: 0.95,
  raisedAt: '2026-11-21T12:10:02.114Z',
};

const targetId = about(text, 'The target.');
const url = about(text, 'Where it leads to, without what may be a credential: user, password and query.');
const reason = about(
  { enum: DISABLED_REASONS },
  '`gone`: the endpoint answered 410. `failing`: no delivery arrived for as long as the environment allows.',
);

const attempts = about({ type: 'integer', minimum: 0 }, 'Requests that were judged.');
const failedAttempts = about({ type: 'integer', minimum: 0 }, 'Those of them that failed.');
const share = about({ type: 'number', minimum: 0, maximum: 1 }, 'The part of them that failed.');
const lastAttemptAt = about(time, 'The minute of the last request.');
const failingFrom = about(
  time,
  'The first minute with failures. Both events about an episode have the same.',
);

export const OPERATIONAL_DESCRIPTIONS: Readonly<Record<OperationalType, OperationalDescription>> = {
  'posthorn.target.disabled': {
    description:
      'Posthorn has given a target up. Deliveries to it are dead letters until POST /v1/targets/{id}/enable.',
    schema: object(
      {
        targetId,
        url,
        reason,
        disabledAt: time,
        failingSince: about(time, 'The first failure that no success came after.'),
        lastAttempt,
      },
      ['failingSince', 'lastAttempt'],
    ),
    sample: {
      targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
      url: 'https://example.com/hook',
      reason: 'failing',
      disabledAt: '2026-11-21T12:00:00.000Z',
      failingSince: '2026-11-16T11:58:21.907Z',
      lastAttempt: { at: '2026-11-21T11:59:59.870Z', statusCode: 503 },
    },
  },
  'posthorn.target.recovered': {
    description: 'A target gets its deliveries again: its endpoint answers, or its owner has enabled it.',
    schema: object(
      {
        targetId,
        url,
        by: about(
          { enum: ['probe', 'owner'] },
          '`probe`: the endpoint took a delivery that was posted as a probe. `owner`: the owner has enabled the target.',
        ),
        recoveredAt: time,
        since: about(time, 'It had got no deliveries since then.'),
        disabledFor: about(reason, 'Why it was disabled; left out when it was not.'),
      },
      ['disabledFor'],
    ),
    sample: {
      targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
      url: 'https://example.com/hook',
      by: 'probe',
      recoveredAt: '2026-11-21T12:14:05.120Z',
      since: '2026-11-21T12:00:00.000Z',
    },
  },
  'posthorn.target.failing': {
    description:
      'Too many requests to a target fail: in the last 15 minutes more than the environment allows, a tenth unless it says otherwise. It still gets its deliveries.',
    schema: object(
      {
        targetId,
        url,
        since: failingFrom,
        foundAt: time,
        attempts,
        failedAttempts,
        share,
        lastAttemptAt,
        failures: about(
          {
            type: 'array',
            items: object(
              {
                name: about(text, 'A class of error, such as `timeout`, or a status code, such as `503`.'),
                failedAttempts,
              },
              [],
            ),
          },
          'What failed, the most frequent first; three at most.',
        ),
      },
      ['lastAttemptAt', 'share'],
    ),
    sample: {
      targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
      url: 'https://example.com/hook',
      since: '2026-11-21T12:03:00.000Z',
      foundAt: '2026-11-21T12:05:04.310Z',
      attempts: 240,
      failedAttempts: 81,
      share: 0.3375,
      lastAttemptAt: '2026-11-21T12:05:00.000Z',
      failures: [
        { name: '503', failedAttempts: 78 },
        { name: 'timeout', failedAttempts: 3 },
      ],
    },
  },
  'posthorn.target.healthy': {
    description:
      'A target of which `posthorn.target.failing` told is not failing any more. There is none where it was disabled, switched off or deleted meanwhile.',
    schema: object(
      {
        targetId,
        url,
        reason: about(
          { enum: ['recovered', 'quiet'] },
          '`recovered`: for half an hour at most half of what is allowed has failed. `quiet`: it got no request for an hour.',
        ),
        since: failingFrom,
        healthyAt: time,
        attempts,
        failedAttempts,
        share,
        lastAttemptAt,
      },
      ['lastAttemptAt', 'share'],
    ),
    sample: {
      targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
      url: 'https://example.com/hook',
      reason: 'recovered',
      since: '2026-11-21T12:03:00.000Z',
      healthyAt: '2026-11-21T13:10:02.771Z',
      attempts: 310,
      failedAttempts: 2,
      share: 0.0065,
      lastAttemptAt: '2026-11-21T13:09:00.000Z',
    },
  },
  'posthorn.delivery.dead': {
    description: 'A delivery has become a dead letter: it will not be tried again by itself.',
    schema: object(
      {
        deliveryId: text,
        event: object({ id: text, type: text }, []),
        subscriptionId: text,
        targetId: text,
        reason: { enum: DEATH_REASONS },
        diedAt: time,
        attempts: about({ type: 'integer', minimum: 0 }, 'Requests that were made.'),
        lastAttempt,
      },
      ['lastAttempt'],
    ),
    sample: {
      deliveryId: 'dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY',
      event: { id: 'failure-17', type: 'payment.processor.failure' },
      subscriptionId: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
      targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QZ',
      reason: 'exhausted',
      diedAt: '2026-11-21T12:21:40.000Z',
      attempts: 6,
      lastAttempt: { at: '2026-11-21T12:21:39.871Z', error: 'timeout' },
    },
  },
  'posthorn.alert.raised': {
    description: 'An alert rule has begun to hold. It is raised once, until it is resolved.',
    schema: object(alert, ['targetId']),
    sample: raised,
  },
  'posthorn.alert.resolved': {
    description: 'An alert rule that was raised holds no more.',
    schema: object(
      {
        ...alert,
        resolvedAt: time,
        reason: about(
          { enum: ['over', 'changed'] },
          '`over`: the condition does not hold any more. `changed`: the rule was changed or switched off, so it is not known.',
        ),
      },
      ['targetId'],
    ),
    sample: { ...raised, value: 0.99, resolvedAt: '2026-11-21T12:25:02.530Z', reason: 'over' },
  },
  'posthorn.event-type.changed': {
    description:
      'The schema of an event type’s payloads has changed, or the type has left the catalogue. It tells whether readers of the old schema may stumble.',
    schema: object(
      {
        eventType: about(text, 'The event type.'),
        changedAt: time,
        version: about(text, 'Its version from then on.'),
        previousVersion: about(text, 'Its version before; left out where it is the same.'),
        compatibility: { enum: COMPATIBILITIES },
        changes: {
          type: 'array',
          items: object(
            {
              path: about(text, 'Where in a payload; empty for the whole.'),
              rule: about(text, 'What kind of change; later releases may know more.'),
              effect: about({ enum: EFFECTS }, '`unclear` counts as breaking.'),
              message: about(text, 'For people.'),
            },
            [],
          ),
        },
        more: about({ type: 'integer', minimum: 1 }, 'How many more changes there were.'),
      },
      ['previousVersion', 'more'],
    ),
    sample: {
      eventType: 'payment.failed',
      changedAt: '2026-11-21T12:00:00.000Z',
      version: '2',
      previousVersion: '1',
      compatibility: 'breaking',
      changes: [
        { path: 'amount', rule: 'type-changed', effect: 'breaking', message: 'was number, is string' },
      ],
    },
  },
};
