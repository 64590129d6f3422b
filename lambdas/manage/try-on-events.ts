import type { LoggedEvent } from '../events/event-items.ts';
import { jsonIn, payloadBytes, payloadLength } from '../events/payload.ts';
import type { WholeFilter } from '../matching/filters/whole-filter.ts';
import { type Envelope, envelopeOf } from '../matching/language/envelope.ts';

/** What a trial may do. The function has 30 seconds, and filters and payloads come from strangers. */
export interface TrialBounds {
  /** Events that are looked at. */
  readonly events: number;
  /** Payloads that are read from the bucket. */
  readonly reads: number;
  /** Payloads that are parsed. */
  readonly bytes: number;
  /** Values compared, see `evaluate`. */
  readonly steps: number;
}

/** Some three seconds of a third of a processor, and a second of reading, at worst. */
export const TRIAL_BOUNDS: TrialBounds = {
  events: 1000,
  reads: 100,
  bytes: 8 * 1024 * 1024,
  steps: 2_000_000,
};

/** The bound that ended a trial. */
type CutBy = 'events' | 'payloads' | 'steps';

/** Whether each filter matches an event; undefined for one whose payload decides it, and is gone. */
interface Tried {
  readonly event: LoggedEvent;
  readonly verdicts: readonly (boolean | undefined)[];
}

export interface Trial {
  /** In the order of the events. */
  readonly tried: readonly Tried[];
  /** Payloads that were read from the bucket. */
  readonly reads: number;
  /** The bound that ended the trial; undefined when all events were tried. */
  readonly cutBy: CutBy | undefined;
}

export interface TrialDeps {
  /** The next events, undefined at the end of all. */
  nextEvents(): Promise<readonly LoggedEvent[] | undefined>;
  getPayload(key: string): Promise<Uint8Array | undefined>;
}

/** Events whose payloads are read at once. */
const GROUP = 8;

/**
 * Asks filters about events, as fanout does. An event that was addressed to a subscription asks no filter: it is looked at and
 * left out. The trial ends when it reaches a bound, and an event is then either tried by all filters or by none.
 */
export async function tryOnEvents(
  deps: TrialDeps,
  filters: readonly WholeFilter[],
  bounds: TrialBounds = TRIAL_BOUNDS,
): Promise<Trial> {
  const tried: Tried[] = [];
  const used = { events: 0, reads: 0, bytes: 0, steps: 0 };
  const done = (cutBy?: CutBy): Trial => ({ tried, reads: used.reads, cutBy });
  for (let events = await deps.nextEvents(); events; events = await deps.nextEvents()) {
    for (let i = 0; i < events.length; i += GROUP) {
      const { asked, cutBy } = askAll(events.slice(i, i + GROUP), filters, used, bounds);
      const payloads = await Promise.all(asked.map((one) => payloadOf(deps, one)));
      for (const [j, one] of asked.entries()) {
        const { verdicts, steps } = decide(one, filters, payloads[j]);
        used.steps += steps;
        tried.push({ event: one.event, verdicts });
      }
      if (cutBy) return done(cutBy);
    }
  }
  return done();
}

type Used = Record<keyof TrialBounds, number>;

/** Asks filters without payloads, and counts the payloads that are to be read. @returns `cutBy` the bound that was reached */
function askAll(
  events: readonly LoggedEvent[],
  filters: readonly WholeFilter[],
  used: Used,
  bounds: TrialBounds,
): { asked: Asked[]; cutBy?: CutBy } {
  const asked: Asked[] = [];
  for (const event of events) {
    const cutBy = boundReached(used, bounds);
    if (cutBy) return { asked, cutBy };
    used.events++;
    if (event.only !== undefined) continue;
    const one = ask(event, filters);
    used.steps += one.steps;
    if (one.needsData) {
      if (!fits(event, used, bounds)) return { asked, cutBy: 'payloads' };
      spend(event, used);
    }
    asked.push(one);
  }
  return { asked };
}

const boundReached = (used: Used, bounds: TrialBounds): CutBy | undefined => {
  if (used.events >= bounds.events) return 'events';
  return used.steps >= bounds.steps ? 'steps' : undefined;
};

/** The first payload always fits, so that a trial of large ones says something. */
const fits = ({ payload }: LoggedEvent, used: Used, bounds: TrialBounds): boolean =>
  used.bytes === 0 ||
  (used.bytes + payloadLength(payload) <= bounds.bytes &&
    (payload.kind !== 'stored' || used.reads < bounds.reads));

function spend({ payload }: LoggedEvent, used: Used): void {
  used.bytes += Math.max(1, payloadLength(payload));
  if (payload.kind === 'stored') used.reads++;
}

/** An event, and what filters say of it without its payload. */
interface Asked {
  readonly event: LoggedEvent;
  readonly envelope: Envelope;
  readonly own: readonly boolean[];
  readonly needsData: boolean;
  readonly steps: number;
}

function ask(event: LoggedEvent, filters: readonly WholeFilter[]): Asked {
  const envelope = envelopeOf(event);
  const verdicts = filters.map((filter) => filter.own(envelope));
  const own = verdicts.map(({ holds }) => holds);
  return {
    event,
    envelope,
    own,
    needsData: filters.some(({ data }, i) => own[i] && data),
    steps: verdicts.reduce((sum, { steps }) => sum + steps, 0),
  };
}

const payloadOf = async (
  { getPayload }: TrialDeps,
  { event, needsData }: Asked,
): Promise<Uint8Array | undefined> => (needsData ? payloadBytes(event.payload, getPayload) : undefined);

function decide(
  { envelope, own }: Asked,
  filters: readonly WholeFilter[],
  bytes: Uint8Array | undefined,
): { verdicts: (boolean | undefined)[]; steps: number } {
  const whole = { ...envelope, data: bytes && jsonIn(bytes) };
  let steps = 0;
  const verdicts = filters.map(({ data }, i) => {
    if (!own[i] || !data) return own[i];
    if (!bytes) return undefined;
    const verdict = data(whole);
    steps += verdict.steps;
    return verdict.holds;
  });
  return { verdicts, steps };
}
