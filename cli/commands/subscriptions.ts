import type { Schemas } from '../../client/index.ts';
import { DELIVERY_COLUMNS } from '../deliveries/columns.ts';
import { field, ID, MADE, NAME, TO } from '../output/columns.ts';
import type { Column } from '../output/value.ts';
import type { Row } from '../routes/row.ts';
import { composedBody } from '../subscriptions/composed-body.ts';
import { CONDITIONS } from './filters.ts';
import { DISABLED, RETRY } from './targets.ts';

type Subscription = Schemas['Subscription'];

const RECORD: readonly Column[] = [
  ID,
  NAME,
  TO,
  ...CONDITIONS,
  field('active'),
  DISABLED,
  field('target', 'targetId'),
  field('filter', 'filterId'),
  field('signature'),
  field('public key', 'publicKey'),
  field('secret'),
  RETRY,
  field('timeout', ({ timeoutSeconds }: Subscription) => `${timeoutSeconds} s`),
  field('alert rule', 'alertRuleId'),
  field('description'),
  field('metadata'),
  ...MADE,
];

const ID_ARG = 'sub_01JC';

export const subscriptionRows: readonly Row[] = [
  {
    words: 'subscriptions list',
    operation: 'listSubscriptions',
    examples: ['posthorn subscriptions list'],
    columns: [ID, NAME, field('events'), TO, field('active'), field('target', 'targetId')],
    empty:
      "Nobody gets anything. `posthorn subscriptions create --url https://… --events 'payment.**'` subscribes.",
  },
  {
    words: 'subscriptions get',
    operation: 'getSubscription',
    examples: [`posthorn subscriptions get ${ID_ARG}`],
    columns: RECORD,
  },
  {
    words: 'subscriptions create',
    operation: 'createSubscription',
    bodyOf: composedBody,
    description:
      'With --target-id and --filter-id it binds those; without, it makes a target and a filter of its own.',
    examples: [
      "posthorn subscriptions create --url https://shop.example/hooks --events 'payment.**'",
      ['posthorn subscriptions create --target-id tgt_01JC --events order.paid', 'to a target that is there'],
    ],
    columns: RECORD,
    note: ({ id, secret, targetId }: Schemas['SubscriptionWithSecret']) =>
      [
        secret &&
          `The endpoint checks signatures with the secret. \`posthorn targets secrets ${targetId}\` shows it again.`,
        `\`posthorn subscriptions test ${id}\` sends a test event.`,
      ]
        .filter(Boolean)
        .join('\n'),
  },
  {
    words: 'subscriptions update',
    operation: 'patchSubscription',
    summary: 'Change some fields of a subscription.',
    description: 'What is not given stays as it is. --set where=null takes a field away.',
    examples: [
      `posthorn subscriptions update ${ID_ARG} --events order.paid,order.refunded`,
      [`posthorn subscriptions update ${ID_ARG} --target-id tgt_01JD`, 'to another target'],
    ],
    columns: RECORD,
  },
  {
    words: 'subscriptions replace',
    operation: 'putSubscription',
    bodyOf: composedBody,
    summary: 'Write a subscription as a whole.',
    description: 'What is not given gets its default.',
    examples: [`posthorn subscriptions replace ${ID_ARG} --body @subscription.json`],
    columns: RECORD,
  },
  {
    words: 'subscriptions delete',
    operation: 'deleteSubscription',
    description: 'With it go the target and the filter that were made in the same call.',
    examples: [`posthorn subscriptions delete ${ID_ARG} --yes`],
    asks: ({ id }) => `Delete the subscription ${id}, with the target and filter that were made with it?`,
    done: ({ id }) => `The subscription ${id} is deleted.`,
  },
  {
    words: 'subscriptions pause',
    operation: 'pauseSubscription',
    description: 'It matches no events until it is resumed.',
    examples: [`posthorn subscriptions pause ${ID_ARG}`],
    columns: [ID, NAME, field('active')],
    note: ({ id }: Subscription) =>
      `${id} gets no events. \`posthorn subscriptions resume ${id}\` ends that.`,
  },
  {
    words: 'subscriptions resume',
    operation: 'resumeSubscription',
    examples: [`posthorn subscriptions resume ${ID_ARG}`],
    columns: [ID, NAME, field('active')],
    note: ({ id }: Subscription) =>
      `${id} gets events again. What it missed: \`posthorn subscriptions replay ${id} --deliveries all --from …\``,
  },
  {
    words: 'subscriptions test',
    operation: 'testSubscription',
    summary: 'Send a test event to one subscription.',
    examples: [
      `posthorn subscriptions test ${ID_ARG}`,
      [`posthorn subscriptions test ${ID_ARG} --type order.paid --data '{"order":1}'`, 'one of yours'],
    ],
    show: async ({ out }, { id }: { id: string }) => out.text(id),
    note: ({ id }: { id: string }) => `\`posthorn events deliveries ${id}\` shows what becomes of it.`,
  },
  {
    words: 'subscriptions deliveries',
    operation: 'listSubscriptionDeliveries',
    examples: [`posthorn subscriptions deliveries ${ID_ARG} --status dead,retrying`],
    columns: DELIVERY_COLUMNS,
    empty: 'There is no such delivery.',
  },
];
