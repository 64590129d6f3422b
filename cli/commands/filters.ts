import { field, ID, MADE, NAME } from '../output/columns.ts';
import type { Column } from '../output/value.ts';
import type { Row } from '../routes/row.ts';

export const CONDITIONS: readonly Column[] = [
  field('events'),
  field('where'),
  field('jsonpath'),
  field('during'),
];

const RECORD = [
  ID,
  NAME,
  ...CONDITIONS,
  field('active'),
  field('description'),
  field('metadata'),
  field('subscription', 'subscriptionId'),
  field('alert rule', 'alertRuleId'),
  ...MADE,
];

const ID_ARG = 'flt_01JC';

export const filterRows: readonly Row[] = [
  {
    words: 'filters list',
    operation: 'listFilters',
    examples: ['posthorn filters list', ['posthorn filters list --all --json', 'all of them, for a program']],
    columns: [ID, NAME, field('events'), field('where'), field('active')],
    empty: "There is no filter yet. `posthorn filters create --events 'payment.**'` makes one.",
  },
  {
    words: 'filters get',
    operation: 'getFilter',
    examples: [`posthorn filters get ${ID_ARG}`],
    columns: RECORD,
  },
  {
    words: 'filters create',
    operation: 'createFilter',
    examples: [
      "posthorn filters create --name Payments --events 'payment.**'",
      [
        'posthorn filters create --events order.paid --where \'{"data":{"amount":[{"numeric":[">",1000]}]}}\'',
        'only large orders',
      ],
    ],
    columns: RECORD,
    note: () => '`posthorn filters test` tries it on an event, and `preview` on the last ones.',
  },
  {
    words: 'filters update',
    operation: 'patchFilter',
    summary: 'Change some fields of a filter.',
    description: 'What is not given stays as it is. --set name=null takes a field away.',
    examples: [
      `posthorn filters update ${ID_ARG} --events order.paid,order.refunded`,
      [`posthorn filters update ${ID_ARG} --set where=null`, 'without conditions'],
    ],
    columns: RECORD,
  },
  {
    words: 'filters replace',
    operation: 'putFilter',
    summary: 'Write a filter as a whole.',
    description: 'What is not given gets its default.',
    examples: [`posthorn filters replace ${ID_ARG} --body @filter.json`],
    columns: RECORD,
  },
  {
    words: 'filters delete',
    operation: 'deleteFilter',
    examples: [`posthorn filters delete ${ID_ARG} --yes`],
    asks: ({ id }) => `Delete the filter ${id}?`,
    done: ({ id }) => `The filter ${id} is deleted.`,
  },
];
