import { PosthornError } from '../errors.ts';

export interface PublisherSettings {
  /** Events in a request: 100 when left out, which is the API's most. */
  readonly maxEvents?: number | undefined;
  /** Bytes of a request: a million when left out. A larger event goes alone. */
  readonly maxBytes?: number | undefined;
  /** How long an event waits for others of its batch, in milliseconds: 25 when left out. */
  readonly maxWaitMs?: number | undefined;
  /** Requests at once: 4 when left out. With 1, events are sent in their order. */
  readonly concurrency?: number | undefined;
  /** Bytes of the events that are not settled yet: 16 million when left out. Beyond it, publishing waits. */
  readonly maxPendingBytes?: number | undefined;
  /** Tries beside the first: 8 when left out, which is about 40 seconds of an API that does not answer. */
  readonly maxRetries?: number | undefined;
  /** For each try, in milliseconds; the client's when left out. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULTS = {
  maxEvents: 100,
  maxBytes: 1_000_000,
  maxWaitMs: 25,
  concurrency: 4,
  maxPendingBytes: 16_000_000,
  maxRetries: 8,
};

/** From, to. The API takes no more events, and no function of AWS a larger request. */
const BOUNDS: Readonly<Record<keyof typeof DEFAULTS, readonly [number, number]>> = {
  maxEvents: [1, 100],
  maxBytes: [1, 4_500_000],
  maxWaitMs: [0, 60_000],
  concurrency: [1, 100],
  maxPendingBytes: [1, Number.MAX_SAFE_INTEGER],
  maxRetries: [0, 100],
};

export type Chosen = Readonly<typeof DEFAULTS>;

/** @throws PosthornError for a number that is out of bounds */
export function chosen(settings: PublisherSettings): Chosen {
  const names = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
  return Object.fromEntries(
    names.map((name) => {
      const value = settings[name] ?? DEFAULTS[name];
      const [least, most] = BOUNDS[name];
      if (!(value >= least && value <= most)) {
        throw new PosthornError(`expected ${name} from ${least} to ${most}, got ${value}`);
      }
      return [name, value];
    }),
  ) as unknown as Chosen;
}
