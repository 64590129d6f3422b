import type { Schemas } from '../../client/index.ts';
import { field, ID, state, time } from '../output/columns.ts';
import type { Column } from '../output/value.ts';

type Delivery = Schemas['Delivery'];
type Attempt = Schemas['Attempt'];

/** A status code, or why there was no answer. */
export const answerText = ({ statusCode, error }: Pick<Attempt, 'statusCode' | 'error'>): string | number =>
  statusCode ?? error ?? '–';

/** The most telling first: a narrow terminal has room for these alone. */
export const DELIVERY_COLUMNS: readonly Column[] = [
  ID,
  state('status', 'status'),
  field('event type', 'event.type'),
  field('answer', ({ attempts }: Delivery) => attempts.slice(-1).map(answerText)[0]),
  field('why', ({ reason, waitingFor }: Delivery) => reason ?? waitingFor),
  time('accepted', 'event.acceptedAt'),
  time('next', 'nextAttemptAt'),
  field('attempts', ({ attempts }: Delivery) => attempts.length),
  field('target', 'targetId'),
];
