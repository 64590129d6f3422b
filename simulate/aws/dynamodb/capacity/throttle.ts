import { DYNAMODB } from '../../numbers.ts';
import type { ServiceAnswer } from '../../service.ts';
import type { Role } from '../tables.ts';
import type { Kind } from './heat.ts';
import type { Limit } from './key-space.ts';

/** A request, or an item of a batch, met a limit. */
export interface Throttle {
  readonly table: Role;
  /** Undefined: the table itself. */
  readonly index: string | undefined;
  readonly kind: Kind;
  readonly limit: Limit;
  /** The partition key. */
  readonly key: string;
}

/** A write was refused for what it would write to an index. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError';
  readonly throttle: Throttle;
  constructor(throttle: Throttle) {
    super(`throttled: ${reasonOf(throttle)}`);
    this.throttle = throttle;
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html */
export const reasonOf = ({ index, kind, limit }: Throttle): string =>
  `${index === undefined ? 'Table' : 'Index'}${kind === 'read' ? 'Read' : 'Write'}${limit}`;

export const throttlingAnswer = (throttle: Throttle, tableName: string): ServiceAnswer => ({
  status: 400,
  body: {
    __type: `com.amazon.coral.availability#${DYNAMODB.throttled}`,
    message: 'Throughput exceeds the current capacity of your table or index',
    throttlingReasons: [
      {
        reason: reasonOf(throttle),
        resource: `arn:aws:dynamodb:us-east-1:000000000000:table/${tableName}${throttle.index ? `/index/${throttle.index}` : ''}`,
      },
    ],
  },
});
