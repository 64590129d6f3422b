import type { Schemas } from '../../client/index.ts';
import { field, ID, MADE, NAME, state, time } from '../output/columns.ts';
import type { Row } from '../routes/row.ts';

type AlertRule = Schemas['AlertRule'];

/** A condition in words. */
function conditionText({ when }: AlertRule): string {
  switch (when.metric) {
    case 'successRate':
      return `success below ${Math.round(when.below * 10_000) / 100} % within ${when.minutes} min`;
    case 'timeToDelivery':
      return `${when.statistic} time to delivery above ${when.aboveMs} ms within ${when.minutes} min`;
    case 'deadLetters':
      return `${when.atLeast} dead letters within ${when.minutes} min`;
    case 'events':
      return `${when.atLeast} events${when.eventType ? ` of ${when.eventType}` : ''} within ${when.minutes} min`;
    case 'silence':
      return `nothing${when.eventType ? ` of ${when.eventType}` : ''} for ${when.hours} h`;
  }
}

const told = ({ notify }: AlertRule): string =>
  [...(notify.mail ? ['mail'] : []), ...(notify.targetId ? [notify.targetId] : [])].join(', ');

const RECORD = [
  ID,
  NAME,
  state('state', 'state'),
  field('rings when', conditionText),
  field('now', 'value'),
  time('since', 'since'),
  time('checked', 'checkedAt'),
  field('tells', told),
  field('of target', 'targetId'),
  field('active'),
  field('description'),
  field('metadata'),
  ...MADE,
];

const ID_ARG = 'alr_01JC';

export const alertRuleRows: readonly Row[] = [
  {
    words: 'alert-rules list',
    operation: 'listAlertRules',
    examples: ['posthorn alert-rules list'],
    columns: [
      ID,
      NAME,
      state('state', 'state'),
      field('rings when', conditionText),
      time('since', 'since'),
      field('tells', told),
    ],
    empty: 'There is no alert rule yet. `posthorn alert-rules create --help` has examples.',
  },
  {
    words: 'alert-rules get',
    operation: 'getAlertRule',
    examples: [`posthorn alert-rules get ${ID_ARG}`],
    columns: RECORD,
  },
  {
    words: 'alert-rules create',
    operation: 'createAlertRule',
    examples: [
      'posthorn alert-rules create --name "Many fail" --when \'{"metric":"successRate","below":0.95,"minutes":15}\' --set notify.mail=true',
      [
        'posthorn alert-rules create --name "No orders" --when \'{"metric":"silence","hours":2,"eventType":"order.paid"}\' --set notify.mail=true',
        'when something has stopped',
      ],
    ],
    columns: RECORD,
  },
  {
    words: 'alert-rules update',
    operation: 'patchAlertRule',
    summary: 'Change some fields of an alert rule.',
    description: 'What is not given stays as it is. --set description=null takes a field away.',
    examples: [`posthorn alert-rules update ${ID_ARG} --set when.minutes=30`],
    columns: RECORD,
  },
  {
    words: 'alert-rules replace',
    operation: 'putAlertRule',
    summary: 'Write an alert rule as a whole.',
    description: 'What is not given gets its default.',
    examples: [`posthorn alert-rules replace ${ID_ARG} --body @rule.json`],
    columns: RECORD,
  },
  {
    words: 'alert-rules delete',
    operation: 'deleteAlertRule',
    examples: [`posthorn alert-rules delete ${ID_ARG} --yes`],
    asks: ({ id }) => `Delete the alert rule ${id}?`,
    done: ({ id }) => `The alert rule ${id} is deleted.`,
  },
];
