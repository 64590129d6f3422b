import type { TimeRange } from '../app/time-range.ts';

/** Which time a list covers, and how its head says so. */
export interface ListSpan {
  /** For the API: when its events were accepted. */
  readonly query: { readonly from?: string; readonly to?: string };
  /** `Accepted in the last hour`. */
  readonly text: string;
  /** The other choice, and its value in the address; undefined where there is none. */
  readonly other: { readonly text: string; readonly value: 'all' | 'range' | undefined } | undefined;
}

interface Asked {
  readonly range: TimeRange;
  /** `?time=`: `all` leaves the range out, `range` heeds it. */
  readonly time: string | null;
  /** What the list is of is wanted whatever its age: what waits, or is dead. */
  readonly isAgeless: boolean;
  /** What the list has in it, for the text: `Deliveries`. */
  readonly what: string;
  /** Whether that is events themselves, and not what became of them. */
  readonly isOfEvents?: boolean;
}

/**
 * Old deliveries that still wait or are dead are what one looks for most, so a span that ends now leaves them in the list
 * unless the viewer asks for it. A span with fixed ends was chosen for this list, and holds.
 */
export function spanOf({ range, time, isAgeless, what, isOfEvents = false }: Asked): ListSpan {
  const accepted = isOfEvents ? `${what} accepted` : `${what} of events accepted`;
  const lately = range.label.charAt(0).toLowerCase() + range.label.slice(1);
  if (range.name === undefined) {
    return {
      query: { from: range.from, to: range.to },
      text: `${accepted} in the range chosen above`,
      other: undefined,
    };
  }
  const isAll = time === 'all' || (isAgeless && time !== 'range');
  if (isAll) {
    return {
      query: {},
      text: `${what} of any time${isAgeless ? ', however old' : ''}`,
      other: { text: `Only the ${lately}`, value: isAgeless ? 'range' : undefined },
    };
  }
  return {
    query: { from: range.from },
    text: `${accepted} in the ${lately}`,
    other: { text: 'Of any time', value: isAgeless ? undefined : 'all' },
  };
}
