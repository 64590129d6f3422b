import type { Schemas } from '../../client/index.ts';
import { field, ID, state, time } from '../output/columns.ts';
import type { Column } from '../output/value.ts';

type Delivery = Schemas['Delivery'];
type Attempt = Schemas['Attempt'];

/** A status code, or why there was no answer. */
export const answerText = ({ statusCode, error }: Pick<Attempt, 'statusCode' | 'error'>): string | number =>
  statusCode ?? error ?? '–';

export const DELIVERY_COLUMNS: readonly Column[] = [
  ID,
  state('status', 'status'),
  field('event type', 'event.type'),
  field('target', 'targetId'),
  field('attempts', ({ attempts }: Delivery) => attempts.length),
  field('answer', ({ attempts }: Delivery) =>
    attempts.length > 0 && attempts.at(-1) ? answerText(attempts.at(-1)!) : undefined,
  ),
  field('why', ({ reason, waitingFor }: Delivery) => reason ?? waitingFor),
  time('next', 'nextAttemptAt'),
  time('accepted', 'event.acceptedAt'),
];
