import type { Readable } from 'node:stream';
import { withId } from '../../client/json.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Account, isOfEvent, type Place, type Verdict, verdictOf } from './account.ts';
import { recordsIn } from './read-records.ts';

/** Publishing as many events as there are, in batches. */

export interface Settings {
  /** Requests one after the other, so that events are sent in their order. */
  readonly isInOrder: boolean;
  /** Events without an id get one of this and their number, so that all can be repeated. */
  readonly idPrefix: string | undefined;
}

/** Verdicts that wait to be printed. Beyond it, reading waits: whoever reads stdout may be slow. */
const MOST_UNPRINTED = 10_000;

export const nameOf =
  (isArray: boolean) =>
  ({ event, line }: Place): string =>
    isArray || line === undefined ? `event ${event}` : `line ${line}`;

/** What has not been answered when all is given up. */
class Unanswered extends Error {}

/**
 * Publishes what a stream has, and prints an exact account of it. What only one event is wrong with concerns that one; where
 * nothing is accepted any more, it stops, and says from where on nothing was published.
 * @returns 1 if an event was not accepted, 130 if Ctrl-C has ended it
 * @throws what has stopped it
 */
export async function publishAll(context: Context, source: Readable, settings: Settings): Promise<ExitCode> {
  const { io, out } = context;
  const api = await context.api();
  const publisher = api.publisher(settings.isInOrder ? { concurrency: 1 } : {});
  const stopped = new AbortController();
  let problem: { readonly error: unknown } | undefined;
  const stop = (error: unknown): void => {
    if (problem) return;
    problem = { error };
    stopped.abort(new Unanswered('no answer before it was stopped'));
    source.destroy();
  };
  const publish = async (text: string, { event }: Place): Promise<Verdict> => {
    try {
      const { idPrefix } = settings;
      const json = idPrefix === undefined ? text : withId(text, () => `${idPrefix}-${event}`);
      const { id, warnings } = await publisher.publishJson(json);
      return { kind: 'accepted', id, warnings };
    } catch (error) {
      if (!isOfEvent(error) && !(error instanceof Unanswered)) stop(error);
      return verdictOf(error);
    }
  };

  const end = () => source.destroy();
  io.signal.addEventListener('abort', end, { once: true });
  const close = () => void publisher.close({ signal: stopped.signal });
  stopped.signal.addEventListener('abort', close, { once: true });
  let account: Account | undefined;
  let last: Place | undefined;
  let printed: Promise<void> = Promise.resolve();
  let unprinted = 0;
  let name = nameOf(false);
  try {
    const { isArray, records } = await recordsIn(source);
    name = nameOf(isArray);
    const all = new Account(context, name);
    account = all;
    for await (const record of records) {
      await publisher.ready();
      if (problem || io.signal.aborted) break;
      const { event, line } = record;
      const place = { event, line };
      last = place;
      const verdict: Promise<Verdict> =
        'text' in record
          ? publish(record.text, place)
          : Promise.resolve({ kind: 'refused', error: 'malformed_json', message: record.problem });
      unprinted++;
      printed = printed.then(async () => {
        await all.add(place, await verdict);
        unprinted--;
      });
      if (unprinted > MOST_UNPRINTED) await printed;
    }
  } catch (error) {
    // A stream that was ended by us says so by an error.
    if (!problem && !io.signal.aborted) problem = { error };
  } finally {
    io.signal.removeEventListener('abort', end);
    await publisher.close({ signal: stopped.signal });
    await printed;
  }
  const code = account?.finish();
  const where = last === undefined ? 'Nothing was read' : `Nothing after ${name(last)} was read`;
  if (problem) {
    if (account) out.warn(`${where}: it was stopped.`);
    throw problem.error;
  }
  if (!io.signal.aborted) return code ?? EXIT.ok;
  out.warn(`${where}: Ctrl-C has ended it.`);
  return EXIT.interrupted;
}
