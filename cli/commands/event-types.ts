import { showChangelog } from '../event-types/schema-change.ts';
import { field, MADE, time } from '../output/columns.ts';
import type { Row } from '../routes/row.ts';

const RECORD = [
  field('name'),
  field('version'),
  field('deprecated'),
  field('description'),
  field('sample'),
  field('schema'),
  field('metadata'),
  ...MADE,
];

export const eventTypeRows: readonly Row[] = [
  {
    words: 'event-types list',
    operation: 'listEventTypes',
    examples: ['posthorn event-types list'],
    columns: [
      field('name'),
      field('version'),
      field('deprecated'),
      field('description'),
      time('changed', 'updatedAt'),
    ],
    empty: 'The catalogue is empty. `posthorn event-types create --name payment.failed` describes a type.',
  },
  {
    words: 'event-types get',
    operation: 'getEventType',
    examples: ['posthorn event-types get payment.failed'],
    columns: RECORD,
  },
  {
    words: 'event-types create',
    operation: 'createEventType',
    examples: [
      'posthorn event-types create --name payment.failed --description "A payment was refused" --sample \'{"amount":1200}\'',
      ['posthorn event-types create --name order.paid --schema @order.schema.json', 'with a JSON Schema'],
    ],
    columns: RECORD,
    note: () => '`posthorn trigger` publishes its sample.',
  },
  {
    words: 'event-types changes',
    operation: 'getEventTypeChanges',
    examples: ['posthorn event-types changes payment.failed'],
    show: (context, answer) => showChangelog(context, answer),
  },
  {
    words: 'event-types update',
    operation: 'patchEventType',
    summary: 'Change some fields of an event type.',
    description: 'What is not given stays as it is. --set schema=null takes a field away.',
    examples: ['posthorn event-types update payment.failed --sample @sample.json --version 2'],
    columns: RECORD,
  },
  {
    words: 'event-types replace',
    operation: 'putEventType',
    summary: 'Write an event type as a whole, or describe a new one.',
    description: 'What is not given gets its default.',
    examples: ['posthorn event-types replace payment.failed --body @payment-failed.json'],
    columns: RECORD,
  },
  {
    words: 'event-types delete',
    operation: 'deleteEventType',
    description: 'Events of the type are published and delivered as before. Nothing describes them any more.',
    examples: ['posthorn event-types delete payment.failed --yes'],
    asks: ({ name }) => `Delete the event type ${name} with its schema and sample?`,
    done: ({ name }) => `The event type ${name} is deleted.`,
  },
];
