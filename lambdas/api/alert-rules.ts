import * as z from 'zod';
import { DEFAULTS, HOURS, MINUTES, MOST_EVENTS, STATISTICS, VOLUME } from '../alerting/alert-rule.ts';
import { RULE_STATES } from '../alerting/rule-state.ts';
import { EVENT_TYPE, MAX_TYPE_LENGTH, publishedTypeProblem } from '../events/event-type.ts';
import { listAnswer, listQuery } from './lists.ts';
import { OPERATIONAL } from './patterns.ts';
import { route } from './route.ts';
import {
  description,
  fineNumber,
  metadata,
  name,
  pageOf,
  patchOf,
  targetId,
  text,
  time,
  times,
} from './schemas.ts';

/** A day of deliveries waits at most; a rule about more would never ring. */
const MAX_MS = 24 * 3_600_000;

const minutes = (usual: number) =>
  z.int().min(MINUTES.min).max(MINUTES.max).default(usual).meta({ description: 'How far back it looks.' });

const minimum = (of: string, usual: number) =>
  z
    .int()
    .min(VOLUME.min)
    .max(VOLUME.max)
    .default(usual)
    .meta({ description: `${of} in that time, of which it says anything at all.` });

const successRate = z
  .strictObject({
    metric: z.literal('successRate'),
    below: fineNumber(0.001, 1).meta({ description: 'The share of attempts that succeed, from 0 to 1.' }),
    minutes: minutes(DEFAULTS.successRate.minutes),
    minimum: minimum('Attempts', DEFAULTS.successRate.minimum),
  })
  .meta({ title: 'successRate', description: 'Fewer attempts succeed than a share of all.' });

const timeToDelivery = z
  .strictObject({
    metric: z.literal('timeToDelivery'),
    statistic: z.enum(STATISTICS).default(DEFAULTS.timeToDelivery.statistic),
    aboveMs: z.int().min(1).max(MAX_MS).meta({ description: 'Milliseconds from acceptance to delivery.' }),
    minutes: minutes(DEFAULTS.timeToDelivery.minutes),
    minimum: minimum('Deliveries that arrive', DEFAULTS.timeToDelivery.minimum),
  })
  .meta({ title: 'timeToDelivery', description: 'Deliveries take longer to arrive.' });

const deadLetters = z
  .strictObject({
    metric: z.literal('deadLetters'),
    atLeast: z.int().min(1).max(VOLUME.max).default(DEFAULTS.deadLetters.atLeast),
    minutes: minutes(DEFAULTS.deadLetters.minutes),
  })
  .meta({ title: 'deadLetters', description: 'Deliveries die.' });

const eventType = text(publishedTypeProblem, MAX_TYPE_LENGTH, EVENT_TYPE.source)
  .optional()
  .meta({
    description: 'Only events of this type; not with a `targetId`.',
    not: { pattern: OPERATIONAL },
  });

const events = z
  .strictObject({
    metric: z.literal('events'),
    atLeast: z.int().min(1).max(MOST_EVENTS),
    minutes: minutes(DEFAULTS.events.minutes),
    eventType,
  })
  .meta({
    title: 'events',
    description:
      'So many events are accepted. Not with a `targetId`. Posthorn’s own events don’t count. Where more than some thousands of all types came in that time, and too few of these are among the newest of them, its state is `unknown`.',
  });

const silence = z
  .strictObject({
    metric: z.literal('silence'),
    hours: z.int().min(HOURS.min).max(HOURS.max),
    eventType,
  })
  .meta({
    title: 'silence',
    description:
      'No event is accepted for so many hours. With a `targetId`: nothing is delivered to it. Posthorn’s own events don’t count.',
  });

const BY_METRIC = { successRate, timeToDelivery, deadLetters, events, silence } as const;

const condition = z
  .discriminatedUnion('metric', [successRate, timeToDelivery, deadLetters, events, silence], {
    error: `expected an object whose metric is one of ${Object.keys(BY_METRIC).join(', ')}`,
  })
  .meta({ id: 'AlertCondition', description: 'When the rule rings.' });

const notify = z
  .strictObject({
    mail: z.boolean().default(false).meta({
      description: 'Whether the tenant’s `contact` gets a mail, if the environment has a sender for mail.',
    }),
    targetId: targetId.optional().meta({
      description:
        'A target that gets the rule’s events, by a subscription and a filter that are made and deleted with the rule.',
    }),
  })
  .meta({
    id: 'NewAlertNotify',
    description:
      'Who is told, beside subscriptions to `posthorn.alert.raised` and `posthorn.alert.resolved`.',
  });

const notes = { name, description: description.optional(), metadata: metadata.optional() };

/** A rule as it is written. */
export const newAlertRule = z
  .strictObject({
    ...notes,
    active: z.boolean().default(true).meta({ description: 'Whether it is judged.' }),
    targetId: targetId.optional().meta({ description: 'The target it is about; all of them when left out.' }),
    when: condition,
    notify: notify.prefault({}),
  })
  .superRefine(({ targetId: target, when }, context) => {
    if (target === undefined) return;
    if (when.metric === 'events') {
      const message = 'expected none: a rule about events is about all that are accepted';
      context.addIssue({ code: 'custom', message, path: ['targetId'] });
    } else if (when.metric === 'silence' && when.eventType !== undefined) {
      const message = 'expected either a targetId or an event type';
      context.addIssue({ code: 'custom', message, path: ['when', 'eventType'] });
    }
  })
  .meta({ id: 'NewAlertRule' });
export type AlertRuleSettings = z.infer<typeof newAlertRule>;

const alertRule = z
  .object({
    id: z.string(),
    ...notes,
    active: z.boolean(),
    targetId: targetId.optional(),
    when: condition,
    notify: z.object({ mail: z.boolean(), targetId: targetId.optional() }),
    state: z.enum(RULE_STATES).meta({
      description:
        '`ringing`: it holds, and those concerned were told. `unknown`: too little was counted to say, or it was not judged yet.',
    }),
    since: time.optional().meta({ description: 'Since when its state is what it is.' }),
    value: z.number().nullable().optional().meta({
      description:
        'What was judged last: a share, milliseconds, dead letters, events, or hours of silence. Null where nothing was counted.',
    }),
    checkedAt: time.optional().meta({ description: 'When it was judged last. That is every five minutes.' }),
    ...times,
  })
  .meta({ id: 'AlertRule' });
export type AlertRuleView = z.input<typeof alertRule>;

const example = {
  name: 'payments fail',
  targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  when: { metric: 'successRate' as const, below: 0.95, minutes: 15, minimum: 20 },
  notify: { mail: false, targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QY' },
};

const examples = {
  'share of attempts that succeed': {
    name: 'attempts fail',
    when: { metric: 'successRate', below: 0.95 },
  },
  'time to delivery': {
    name: 'slow',
    when: { metric: 'timeToDelivery', statistic: 'p95', aboveMs: 5000 },
  },
  'dead letters': { name: 'dead letters', when: { metric: 'deadLetters', atLeast: 1 } },
  silence: { name: 'no orders', when: { metric: 'silence', hours: 6, eventType: 'order.created' } },
};

const shownExample = {
  id: 'alr_01KAK2V5E4V2N9CR0Q6WV7Z1QZ',
  ...example,
  active: true,
  state: 'ringing',
  since: '2026-11-21T12:10:02.114Z',
  value: 0.8125,
  checkedAt: '2026-11-21T12:15:02.371Z',
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
} as const;

const base = { function: 'manage', tag: 'Alerts' } as const;
const one = { 200: { description: 'The rule.', schema: alertRule, example: shownExample } } as const;

export const alertRuleRoutes = {
  createAlertRule: route({
    ...base,
    method: 'POST',
    path: '/v1/alert-rules',
    scope: 'manage',
    summary: 'Create an alert rule',
    description: [
      'A rule is judged every five minutes, by what was counted of ordinary events: Posthorn’s own don’t count. When it begins to hold, the operational event `posthorn.alert.raised` is published, once; when it has not held for two judgements in a row, `posthorn.alert.resolved`.',
      'Without enough traffic nothing is known: a rule that rings goes on ringing.',
    ].join('\n\n'),
    body: { schema: newAlertRule, examples },
    answers: { 201: { description: 'Created.', schema: alertRule, example: shownExample } },
  }),
  listAlertRules: route({
    ...base,
    method: 'GET',
    path: '/v1/alert-rules',
    scope: 'read',
    limitedBy: 'list',
    summary: 'List alert rules',
    description: 'With their states.',
    query: listQuery('oldest', {
      targetId: targetId.optional().meta({ description: 'Only those about this target.' }),
    }),
    answers: listAnswer('A page of rules.', pageOf(alertRule), shownExample),
  }),
  getAlertRule: route({
    ...base,
    method: 'GET',
    path: '/v1/alert-rules/{id}',
    scope: 'read',
    limitedBy: 'alertRule',
    summary: 'Read an alert rule',
    answers: one,
  }),
  patchAlertRule: route({
    ...base,
    method: 'PATCH',
    path: '/v1/alert-rules/{id}',
    scope: 'manage',
    summary: 'Change an alert rule',
    description:
      'A merge patch (RFC 7396); another `metric` replaces the condition. A rule that is changed in what it judges, or is switched off, begins anew. If it rings, it is reported as over.',
    body: { schema: patchOf(newAlertRule), example: { when: { metric: 'successRate', below: 0.9 } } },
    answers: one,
  }),
  putAlertRule: route({
    ...base,
    method: 'PUT',
    path: '/v1/alert-rules/{id}',
    scope: 'manage',
    summary: 'Replace an alert rule',
    body: { schema: newAlertRule, example: { ...examples.silence, active: false } },
    answers: one,
  }),
  deleteAlertRule: route({
    ...base,
    method: 'DELETE',
    path: '/v1/alert-rules/{id}',
    scope: 'manage',
    summary: 'Delete an alert rule',
    description: 'Nothing more is heard of it, also where it rings.',
    answers: { 204: { description: 'Deleted.' } },
  }),
};
