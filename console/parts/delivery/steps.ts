import type { StatusColour } from '../../app/theme.ts';
import { durationText } from '../times.ts';
import type { TimelineEntry } from './types.ts';
import { deathLabel, isSuccess, outcomeText, waitText } from './words.ts';

/** A line of a time line: a moment, or a span that is drawn to scale. */
export interface Step {
  readonly key: string;
  /** Milliseconds since the event was accepted. */
  readonly offset: number;
  /** Milliseconds; undefined for a moment. */
  readonly lasts: number | undefined;
  readonly text: string;
  readonly colour: StatusColour;
  readonly kind: 'moment' | 'attempt' | 'wait';
  /** It goes on: its end is not known, or is still to come. */
  readonly isOpen: boolean;
  readonly attempt: number | undefined;
  readonly deliveryId: string | undefined;
}

/** A time line to draw. */
export interface Steps {
  readonly steps: readonly Step[];
  /** Milliseconds from the first moment to the last one; at least 1. */
  readonly total: number;
}

/**
 * @param entries of an event, in the order of time
 * @param acceptedAt when it began
 * @param now milliseconds since the epoch: what waits has waited until now
 */
export function stepsOf(entries: readonly TimelineEntry[], acceptedAt: string, now: number): Steps {
  const start = Date.parse(acceptedAt);
  const steps = entries.map((entry, i) => stepOf(entry, i, start, now));
  const ends = steps.map(({ offset, lasts = 0 }) => offset + lasts);
  return { steps, total: Math.max(1, ...ends) };
}

function stepOf(entry: TimelineEntry, i: number, start: number, now: number): Step {
  const at = Date.parse(entry.at);
  const isOpen = entry.kind === 'waiting';
  const until = entry.until === undefined ? undefined : Date.parse(entry.until);
  const lasts =
    entry.kind === 'attempt'
      ? entry.durationMs
      : entry.kind === 'waited' && until !== undefined
        ? until - at
        : isOpen
          ? Math.max(until ?? 0, now) - at
          : undefined;
  return {
    key: `${i}-${entry.kind}-${entry.deliveryId ?? ''}`,
    offset: Math.max(0, at - start),
    lasts: lasts === undefined ? undefined : Math.max(0, lasts),
    text: textOf(entry),
    colour: colourOf(entry),
    kind: entry.kind === 'attempt' ? 'attempt' : lasts === undefined ? 'moment' : 'wait',
    isOpen,
    attempt: entry.kind === 'attempt' ? entry.attempt : undefined,
    deliveryId: entry.deliveryId,
  };
}

function colourOf(entry: TimelineEntry): StatusColour {
  switch (entry.kind) {
    case 'delivered':
      return 'delivered';
    case 'dead':
    case 'lost':
      return 'dead';
    case 'attempt':
      return isSuccess(entry) ? 'delivered' : 'retrying';
    case 'waited':
    case 'waiting':
      return 'waiting';
    default:
      return 'idle';
  }
}

/** The API's own sentences have exact times in them, which a page shows otherwise. */
function textOf(entry: TimelineEntry): string {
  const { kind, count, attempt, probe, waitingFor, reason, at, until } = entry;
  switch (kind) {
    case 'accepted':
      return 'Accepted';
    case 'matched':
      return `Matched by ${count === 1 ? '1 subscription' : `${count} subscriptions`}`;
    case 'unmatched':
      return 'Matched by no subscription';
    case 'earlier':
      return `${count} earlier attempts, which are no longer kept`;
    case 'attempt':
      return `Attempt ${attempt}${probe ? ', a probe' : ''}: ${outcomeText(entry)}`;
    case 'waited': {
      const took = until === undefined ? '' : ` ${durationText(Date.parse(until) - Date.parse(at))}`;
      return `Waited${took}${behind(waitText(waitingFor))}`;
    }
    case 'waiting':
      return `Waits${behind(waitText(waitingFor))}`;
    case 'replayed':
      return 'Sent again on request';
    case 'delivered':
      return 'Delivered';
    case 'dead':
      return `Dead${reason === undefined ? '' : `: ${lowerFirst(deathLabel(reason))}`}`;
    default:
      return entry.text;
  }
}

const behind = (text: string | undefined): string => (text === undefined ? '' : ` ${text}`);
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** `0 ms`, `+120 ms`, `+12 min`. */
export const offsetText = (ms: number): string => (ms === 0 ? '0 ms' : `+${durationText(ms)}`);
