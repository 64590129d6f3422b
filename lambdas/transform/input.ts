import type { Event } from '../events/event.ts';
import type { Target } from '../targets/target.ts';
import { timeOfUlid } from '../values/ids.ts';
import { rfc3339 } from '../values/rfc3339.ts';

/** What an expression is evaluated on, but for `data`: the payload, which is read where the expression runs. */
export interface Input {
  readonly id: string;
  readonly type: string;
  /** When the event was accepted, in RFC 3339. */
  readonly time: string;
  readonly source?: string;
  readonly region?: string;
  readonly priority: string;
  readonly contentType: string;
  /** Whether it was sent by hand, to see whether an endpoint works. */
  readonly test: boolean;
  readonly target: {
    readonly id: string;
    readonly name?: string;
    readonly metadata: Readonly<Record<string, string>>;
  };
}

type DescribedEvent = Pick<
  Event,
  'id' | 'ulid' | 'type' | 'source' | 'region' | 'priority' | 'contentType' | 'test'
>;

export function inputOf(
  { id, ulid, type, source, region, priority = 'normal', contentType, test = false }: DescribedEvent,
  target: Pick<Target, 'id' | 'name' | 'metadata'>,
): Input {
  return {
    id,
    type,
    time: rfc3339(timeOfUlid(ulid)),
    ...(source !== undefined && { source }),
    ...(region !== undefined && { region }),
    priority,
    contentType,
    test,
    target: {
      id: target.id,
      ...(target.name !== undefined && { name: target.name }),
      metadata: target.metadata ?? {},
    },
  };
}
