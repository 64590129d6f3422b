import type { TimelineEntry } from '../../api/timeline.ts';
import { isCut } from '../../delivery/cut-requests.ts';
import type { LoggedDelivery } from '../../delivery/delivery-items.ts';
import type { Attempt } from '../../http-client/attempt-record.ts';
import { isFetchError } from '../../http-client/error-class.ts';
import { type Meaning, meaningOf } from '../../http-client/verdict.ts';
import { waitEntry } from './past-entries.ts';
import { endOf, type Timed, timed, type Whose } from './timed.ts';
import { counted, duration, errorWords } from './words.ts';

/**
 * Attempts of a delivery, and what happened before each of them. Where an older release made one, only the wait is known
 * and not its reason.
 * @param pastEntries what the past of an attempt says, see `past.ts`
 */
export function attemptEntries(
  { attempts, dropped = 0, isPartHidden, replayedAt }: LoggedDelivery,
  whose: Whose,
  pastEntries: PastEntries,
): Timed[] {
  const first = attempts[0];
  const fate = isPartHidden ? 'not shown: the delivery was sent again since' : 'no longer kept';
  const unkept = `${counted(dropped, 'earlier attempt')} ${dropped === 1 ? 'is' : 'are'} ${fate}.`;
  const before =
    dropped > 0 && first
      ? [timed(first.at, { ...whose, kind: 'earlier', count: dropped, text: unkept })]
      : [];
  const made = attempts.flatMap((attempt, i) => {
    const number = dropped + i + 1;
    const last = attempts[i - 1];
    const wasSentAgain = last && replayedAt !== undefined && replayedAt > last.at && replayedAt <= attempt.at;
    return [
      ...(last && isCut(last, number - 1) ? [movedEntry(last, whose)] : []),
      ...(attempt.past === undefined && last && !wasSentAgain
        ? unexplained(last, attempt, number, whose)
        : pastEntries(attempt.past, last, attempt.at)),
      timed(attempt.at, { ...whose, ...attemptEntry(attempt, number) }),
    ];
  });
  return [...before, ...made];
}

/** @param until when the attempt was made, or the present state began */
export type PastEntries = (past: string | undefined, last: Attempt | undefined, until: number) => Timed[];

function attemptEntry(attempt: Attempt, number: number): Omit<TimelineEntry, 'at'> {
  const { status, error, verdict, ms, uncounted } = attempt;
  const wasCut = isCut(attempt, number);
  const isProbe = uncounted === true && !wasCut;
  return {
    kind: 'attempt',
    attempt: number,
    durationMs: ms,
    ...(status !== undefined && { statusCode: status }),
    ...(error && { error }),
    ...(verdict && { verdict }),
    ...(isProbe && { probe: true }),
    text: `Attempt ${number}${isProbe ? ', a probe of the failing endpoint' : ''}: ${resultOf(attempt, wasCut)}`,
  };
}

function resultOf({ status, error, verdict, detail, ms }: Attempt, wasCut: boolean): string {
  if (wasCut) return 'no answer came within 2 seconds, so the request was cut.';
  if (status !== undefined) {
    const meant =
      verdict === undefined ? '' : `, which is ${MEANT[verdict]}${detail === undefined ? '' : `: ${detail}`}`;
    return `the endpoint answered ${status} after ${duration(ms)}${meant}.`;
  }
  if (error === 'not_fetched') return `${errorWords(error)}.`;
  if (error === undefined && verdict === 'delivered')
    return `it was ${detail ?? 'fetched'}, and acknowledged after ${duration(ms)}.`;
  const who = isFetchError(error) && detail !== undefined ? `, ${detail}` : '';
  return `${errorWords(error)}${who}, after ${duration(ms)}.`;
}

/** What an answer means where its status does not say it. */
const MEANT: Record<Meaning, string> = {
  delivered: 'a success',
  retry: 'a failure that may pass',
  throttled: 'a wish for fewer requests',
  final: 'a refusal',
  gone: 'the end: nothing is wanted any more',
};

const MOVED = 'It moved to the slow lane, where a request may take as long as its target allows.';

const movedEntry = (cut: Attempt, whose: Whose): Timed =>
  timed(endOf(cut), { ...whose, kind: 'moved', waitingFor: 'lane', text: MOVED });

/** A wait of which an older release did not write the reason. */
function unexplained(last: Attempt, attempt: Attempt, number: number, whose: Whose): Timed[] {
  // An answer that the log marks as arrived is followed by a replay alone.
  const isNone = isCut(last, number - 1) || meaningOf(last) === 'delivered';
  return isNone ? [] : waitEntry({ since: endOf(last), until: attempt.at }, last, whose);
}
