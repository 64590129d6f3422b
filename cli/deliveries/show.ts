import type { Schemas } from '../../client/index.ts';
import type { Context } from '../context.ts';
import { field, ID, milliseconds, state, time } from '../output/columns.ts';
import { type Column, textOf } from '../output/value.ts';
import { adviceFor } from './advice.ts';
import { answerText } from './columns.ts';

type Delivery = Schemas['Delivery'];
type Attempt = Schemas['Attempt'];

const RECORD: readonly Column[] = [
  ID,
  state('status', 'status'),
  field('why', 'reason'),
  field('waits for', 'waitingFor'),
  time('since', 'since'),
  time('next attempt', 'nextAttemptAt'),
  field('event type', 'event.type'),
  field('event', 'event.id'),
  time('accepted', 'event.acceptedAt'),
  field('target', 'targetId'),
  field('subscription', 'subscriptionId'),
];

/** Characters of an answer in a table; `--json` has all that is kept. */
const EXCERPT = 200;

const toneOfAnswer = (text: string) => (/^2\d\d$/.test(text) ? ('good' as const) : ('bad' as const));

const ATTEMPTS: readonly Column[] = [
  field('#', 'number'),
  time('at', 'at'),
  { title: 'answer', value: answerText, tone: toneOfAnswer },
  milliseconds('took', 'durationMs'),
  field('said', ({ answer, detail }: Attempt) => excerpt(answer || detail)),
  field('posted to', 'request.url'),
];

function excerpt(text: string | undefined): string | undefined {
  const characters = [...(text ?? '')];
  return characters.length > EXCERPT ? `${characters.slice(0, EXCERPT).join('')}…` : text;
}

/** A delivery with each of its attempts, and what to do. */
export async function showDelivery({ out }: Context, delivery: Delivery): Promise<void> {
  await out.record(RECORD, delivery);
  const { attempts } = delivery;
  if (attempts.length > 0) {
    const columns = ATTEMPTS.filter((column) => attempts.some((one) => hasValue(column, one)));
    await out.text('');
    await out.rows(columns, attempts, '');
  } else out.note('It has not been attempted yet.');
  const advice = adviceFor(delivery);
  if (advice) out.note(advice);
}

const hasValue = ({ value }: Column, attempt: Attempt): boolean =>
  textOf(
    typeof value === 'string'
      ? value
          .split('.')
          .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], attempt)
      : value(attempt as never),
  ) !== '–';
