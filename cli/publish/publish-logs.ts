import type { Readable } from 'node:stream';
import type { ApiError, Posthorn, Schemas } from '../../client/index.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { Account, isOfEvent, type Verdict, verdictOf, verdictOfResult } from './account.ts';
import { nameOf } from './publish-all.ts';
import { type Record, recordsIn } from './read-records.ts';

/** As the API takes in one request. */
const MOST_RECORDS = 1000;
/** A larger record goes alone. */
const MOST_BYTES = 1_000_000;

type Written = Extract<Record, { readonly text: string }>;

/**
 * Publishes log records, one request after the other, and prints an exact account of them.
 * @param key an idempotency key for all of it: each request has one of this and its number
 * @returns 1 if one was not accepted
 * @throws what has stopped it
 */
export async function publishLogs(
  context: Context,
  source: Readable,
  key: string | undefined,
): Promise<ExitCode> {
  const { io, out } = context;
  const api = await context.api();
  const { isArray, records } = await recordsIn(source);
  const name = nameOf(isArray);
  const account = new Account(context, name);
  let request = 0;
  for await (const batch of batches(records)) {
    const sent = batch.filter((one): one is Written => 'text' in one);
    const options = {
      signal: io.signal,
      ...(key !== undefined && { idempotencyKey: `${key}-${++request}` }),
    };
    const { verdicts, error } =
      sent.length > 0 ? await verdictsOf(api, sent, options) : { verdicts: [], error: undefined };
    let at = 0;
    for (const { event, line, ...record } of batch) {
      const verdict: Verdict =
        'problem' in record
          ? { kind: 'refused', error: 'malformed_json', message: record.problem }
          : verdicts[at++]!;
      await account.add({ event, line }, verdict);
    }
    if (error !== undefined) {
      account.finish();
      out.warn(`Nothing after ${name(batch.at(-1)!)} was read: it was stopped.`);
      throw error;
    }
  }
  return account.finish();
}

async function* batches(records: AsyncIterable<Record>): AsyncIterable<readonly Record[]> {
  let batch: Record[] = [];
  let bytes = 0;
  for await (const record of records) {
    const size = 'text' in record ? Buffer.byteLength(record.text) + 1 : 0;
    if (batch.length > 0 && (batch.length === MOST_RECORDS || bytes + size > MOST_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** @returns for each record what became of it, and an error after which nothing more is to be sent */
async function verdictsOf(
  api: Posthorn,
  records: readonly Written[],
  options: { readonly signal: AbortSignal; readonly idempotencyKey?: string },
): Promise<{ readonly verdicts: readonly Verdict[]; readonly error: unknown }> {
  const text = `[${records.map((one) => one.text).join(',')}]`;
  const body = Buffer.from(text.replaceAll('\ufffd', '\\ufffd'));
  try {
    const { events } = (await api.call('publishLogs', { body }, options)) as Schemas['PublishedEvents'];
    return {
      verdicts: records.map((_, place) => verdictOfResult(events[place], withoutPlace)),
      error: undefined,
    };
  } catch (error) {
    if (!isOfEvent(error)) return { verdicts: records.map(() => verdictOf(error)), error };
    // None of them was accepted.
    return { verdicts: records.map((_, place) => refusalOf(error, place)), error: undefined };
  }
}

const PLACE = /^\[(\d+)\]\.?/;

const withoutPlace = (field: string | undefined): string | undefined =>
  field?.replace(PLACE, '') || undefined;

/** What a refusal of all says of one. */
function refusalOf(error: ApiError, place: number): Verdict {
  const all = [error, ...error.problems];
  const found = all.find(({ field }) => PLACE.exec(field ?? '')?.[1] === String(place)) ?? error;
  return { kind: 'refused', error: error.kind, message: found.message, field: withoutPlace(found.field) };
}
