import type { Schemas } from '../../client/index.ts';
import { TARGET_KINDS } from '../../client/target-kinds.gen.ts';
import { field, ID, MADE, NAME, percent, state, TO, time, timeText } from '../output/columns.ts';
import { type Column, fieldValue } from '../output/value.ts';
import type { Row } from '../routes/row.ts';
import { showHealth } from '../targets/health.ts';
import { testTarget } from '../targets/test.ts';

type Target = Schemas['Target'];

export const RETRY = field('retries', ({ retry: { schedule, jitter } }: Pick<Target, 'retry'>) =>
  schedule.length === 0
    ? 'none'
    : `after ${schedule.map((seconds) => `${seconds} s`).join(', ')}, each moved by up to ${jitter * 100} %`,
);

/** `disabled` beside `active`: what Posthorn has done, and what its owner wants. */
export const DISABLED = field(
  'disabled by Posthorn',
  ({ disabled }: Pick<Target, 'disabled'>) =>
    disabled && `${disabled.reason === 'gone' ? 'answered 410' : 'kept failing'}, at ${disabled.at}`,
);

/** A field of requests: of a target whose owner fetches there are none. */
const ofRequests = (column: Column): Column => ({
  ...column,
  value: (target: Target) => (TARGET_KINDS[target.kind]?.isFetched ? undefined : fieldValue(target, column)),
});

const RECORD: readonly Column[] = [
  ID,
  NAME,
  TO,
  state('state', 'health.state'),
  field('active'),
  DISABLED,
  field('signature'),
  field('public key', 'publicKey'),
  field('secret'),
  ofRequests(RETRY),
  ofRequests(field('retries 4xx', 'retryClientErrors')),
  ofRequests(field('timeout', ({ timeoutSeconds }: Target) => `${timeoutSeconds} s`)),
  field('rate limit', ({ rateLimit }: Target) => rateLimit && `${rateLimit.perSecond} a second`),
  field(
    'batches',
    ({ batching }: Target) => batching && `${batching.maxEvents} events or ${batching.maxSeconds} s`,
  ),
  field('headers'),
  field('transformation', 'transform'),
  field('regions'),
  field('challenge', ({ challengeRequired, verification }: Target) =>
    challengeRequired || verification
      ? [challengeRequired ? 'required' : 'not required', verification?.state, verification?.problem]
          .filter(Boolean)
          .join(', ')
      : undefined,
  ),
  field('client certificate', 'clientCertificate'),
  field('subscription', 'subscriptionId'),
  field('description'),
  field('metadata'),
  ...MADE,
];

const ID_ARG = 'tgt_01JC';

const kept = ({ id, secret }: Schemas['TargetWithSecret']): string | undefined =>
  secret === undefined
    ? undefined
    : `The endpoint checks signatures with the secret. \`posthorn targets secrets ${id}\` shows it again.`;

const pausedNote = ({ id }: Target): string =>
  `${id} gets nothing. What comes for it becomes a dead letter, target_disabled. \`posthorn targets resume ${id}\` ends that.`;

const resumedNote = ({ id }: Target): string =>
  `${id} gets its deliveries. What came meanwhile: \`posthorn dead-letters redrive --target-id ${id} --reason target_disabled\``;

const PAUSE: Omit<Row, 'words' | 'examples'> = {
  operation: 'disableTarget',
  description:
    'Disables it: what comes for it meanwhile becomes a dead letter, which can be sent again. To match nothing at all, pause its subscriptions.',
  columns: [ID, NAME, field('active')],
  note: pausedNote,
};

const RESUME: Omit<Row, 'words' | 'examples'> = {
  operation: 'enableTarget',
  description:
    'Enables it, also where Posthorn has disabled it, and sends at once what was held because its endpoint failed.',
  columns: [ID, NAME, field('active')],
  note: resumedNote,
};

const SECRETS: readonly Column[] = [
  field('key id', 'keyId'),
  field('secret'),
  field('public key', 'publicKey'),
  time('created', 'createdAt'),
  time('signs until', 'expiresAt'),
];

const showSecrets: Row['show'] = async ({ out }, { items }: Schemas['Secrets']) =>
  out.rows(
    SECRETS.filter((column) => items.some((one) => fieldValue(one, column) !== undefined)),
    items,
    '',
  );

function rotatedNote({ items }: Schemas['Secrets']): string {
  const [end, ...others] = items.flatMap(({ expiresAt }) => expiresAt ?? []);
  const signed =
    end === undefined
      ? 'Requests are signed with this alone.'
      : `Requests are signed with ${others.length > 0 ? 'each until its time' : `both until ${timeText(end)}`}, then with the first alone.`;
  return `${signed} Give the endpoint the first.`;
}

export const targetRows: readonly Row[] = [
  {
    words: 'targets list',
    operation: 'listTargets',
    examples: [
      'posthorn targets list',
      ['posthorn targets list --state troubled', 'those that need attention'],
      ['posthorn targets list --format csv > targets.csv', 'for a spreadsheet'],
    ],
    columns: [
      ID,
      NAME,
      TO,
      state('state', 'health.state'),
      field('active'),
      percent('attempts ok', 'health.attemptSuccessRate'),
      field('waiting', 'health.waiting'),
    ],
    preset: { include: 'health' },
    empty: 'There is no target. `posthorn targets create --url https://…` makes one.',
  },
  {
    words: 'targets get',
    operation: 'getTarget',
    examples: [`posthorn targets get ${ID_ARG}`],
    columns: RECORD,
    note: ({ id }: Target) => `\`posthorn targets health ${id}\` says how it does.`,
  },
  {
    words: 'targets create',
    operation: 'createTarget',
    examples: [
      'posthorn targets create --name Shop --url https://shop.example/hooks',
      'posthorn targets create --kind slack --set slack.webhookUrl=https://hooks.slack.com/services/T/B/X',
      [
        'posthorn targets create --url https://shop.example/hooks --rate-limit \'{"perSecond":5}\' --json | jq -r .secret',
        'with its secret alone, for a script',
      ],
    ],
    columns: RECORD,
    note: kept,
  },
  {
    words: 'targets update',
    operation: 'patchTarget',
    summary: 'Change some fields of a target.',
    description: 'What is not given stays as it is. --set rateLimit=null takes a field away.',
    examples: [
      `posthorn targets update ${ID_ARG} --url https://shop.example/new`,
      [`posthorn targets update ${ID_ARG} --set headers.x-team=billing`, 'one header more'],
    ],
    columns: RECORD,
  },
  {
    words: 'targets replace',
    operation: 'putTarget',
    summary: 'Write a target as a whole.',
    description: 'What is not given gets its default.',
    examples: [`posthorn targets replace ${ID_ARG} --body @target.json`],
    columns: RECORD,
  },
  {
    words: 'targets delete',
    operation: 'deleteTarget',
    examples: [`posthorn targets delete ${ID_ARG} --yes`],
    asks: ({ id }) => `Delete the target ${id}? What waits for it becomes dead letters.`,
    done: ({ id }) => `The target ${id} is deleted.`,
  },
  {
    words: 'targets health',
    operation: 'getTargetHealth',
    examples: [`posthorn targets health ${ID_ARG}`],
    show: showHealth,
  },
  {
    words: 'targets secrets',
    operation: 'getSecrets',
    examples: [
      `posthorn targets secrets ${ID_ARG}`,
      [`posthorn targets secrets ${ID_ARG} --json | jq -r '.items[0].secret'`, 'the newest alone'],
    ],
    show: showSecrets,
  },
  {
    words: 'targets rotate-secret',
    operation: 'rotateSecret',
    description: 'Both the new and the old one sign until --overlap-hours are over.',
    examples: [
      `posthorn targets rotate-secret ${ID_ARG}`,
      [`posthorn targets rotate-secret ${ID_ARG} --overlap-hours 0 --yes`, 'after a leak'],
    ],
    asks: ({ id }, { overlapHours }) =>
      Number(overlapHours) === 0
        ? `Rotate the secret of ${id} without an overlap? Its endpoint refuses deliveries until it has the new one.`
        : undefined,
    show: showSecrets,
    note: rotatedNote,
  },
  {
    words: 'targets pause',
    examples: [`posthorn targets pause ${ID_ARG}`],
    ...PAUSE,
    summary: 'Send it nothing.',
  },
  {
    words: 'targets resume',
    examples: [`posthorn targets resume ${ID_ARG}`],
    ...RESUME,
    summary: 'Send to it again.',
  },
  {
    words: 'targets disable',
    examples: [`posthorn targets disable ${ID_ARG}`],
    ...PAUSE,
    summary: 'The API’s word for pause.',
  },
  {
    words: 'targets enable',
    examples: [`posthorn targets enable ${ID_ARG}`],
    ...RESUME,
    summary: 'The API’s word for resume.',
  },
  {
    words: 'targets test-transform',
    operation: 'testTransform',
    summary: 'Show what its transformation makes of an event.',
    description: 'Its own, or the one that is given. Nothing is sent.',
    examples: [
      `posthorn targets test-transform ${ID_ARG} --event evt_01JC`,
      [
        `posthorn targets test-transform ${ID_ARG} --transform @expression.jsonata --type payment.failed`,
        'an expression to try',
      ],
    ],
    columns: [
      field('ok'),
      field('problem', 'problem.message'),
      field('method', 'request.method'),
      field('url', 'request.url'),
      field('content type', 'request.contentType'),
      field('headers', 'request.headers'),
      field('body', 'request.body'),
    ],
  },
  {
    words: 'targets challenge',
    operation: 'challengeTarget',
    examples: [`posthorn targets challenge ${ID_ARG}`],
    columns: RECORD,
    note: ({ id }: Target) =>
      `The challenge is on its way. \`posthorn targets get ${id}\` shows how it ended.`,
  },
];

export const targetCommands = [testTarget];
