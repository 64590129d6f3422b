import type { AnyOptions, Schemas } from '../../client/index.ts';
import type { Command, Option, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { Account, verdictOfResult } from '../publish/account.ts';
import { nameOf, publishAll } from '../publish/publish-all.ts';
import { publishLogs } from '../publish/publish-logs.ts';
import { publishRequest } from '../publish/request.ts';
import { sourceOf } from '../publish/source.ts';
import { bytesOf } from '../routes/body.ts';
import { OPERATION_INFO } from '../routes/operation-info.ts';
import { queryFrom, queryOptions } from '../routes/route-options.ts';
import { timeoutMs } from '../routes/times.ts';
import { followEvent } from '../trigger/follow-event.ts';
import { EVENT_OPTIONS, WAIT_OPTIONS } from '../trigger/options.ts';

/** Commands that publish. */

const KEY: Option = {
  flags: '--idempotency-key <text>',
  description: 'A name for this, under which it takes effect once within a day.',
};

const LOGS = OPERATION_INFO.publishLogs;
const LOG_FIELDS = { ...LOGS, query: LOGS.body?.fields ?? [] };

export const publishCommands: readonly Command[] = [
  {
    words: 'events publish',
    summary: 'Publish an event.',
    description: [
      'The payload is delivered as it is written here, each digit of it. With --content-type it is bytes of any kind, or a CloudEvent (application/cloudevents+json), which has its event type within.',
      'With --wait the exit code is 1 if a delivery is dead, or not settled in time.',
    ].join('\n\n'),
    args: [
      { name: '[type]', description: 'The event type: order.paid' },
      { name: '[data]', description: 'The payload: JSON, @file, or - for stdin.' },
    ],
    options: [
      { flags: '--data <json>', description: 'The payload, in place of the argument.' },
      {
        flags: '--set <path=value...>',
        description: 'Change one value of the payload, which is under data: --set data.amount=5',
      },
      ...EVENT_OPTIONS,
      { flags: '--region <text>', description: 'Picks a target’s URL for this region, where it has one.' },
      {
        flags: '--content-type <type>',
        description: 'What the payload is, where it is not JSON: text/csv, application/cloudevents+json.',
      },
      KEY,
      ...WAIT_OPTIONS,
    ],
    examples: [
      `posthorn events publish order.paid '{"order": 4711, "total": 19.90}'`,
      [
        'posthorn events publish order.paid --data @order.json --set data.total=5 --wait',
        'changed, and followed',
      ],
      ['posthorn events publish order.report --data @report.csv --content-type text/csv', 'any bytes'],
      [
        'posthorn events publish --data @event.json --content-type application/cloudevents+json',
        'a CloudEvent',
      ],
    ],
    covers: ['publish'],
    run: publishOne,
  },
  {
    words: 'events publish-batch',
    summary: 'Publish many events: JSON in lines, or an array.',
    description: [
      'Each is an object with type and data, and if you like id, source, priority and region. They are read as they come and sent in batches; reading waits while the API is busy. What is refused is printed with its line, and why, and the others are published: the exit code is then 1. With --json each event has a line.',
      'If the API does not answer any more, it stops, and says from where on nothing was published.',
    ].join('\n\n'),
    args: [{ name: '<events>', description: '@file, or - for stdin.' }],
    options: [
      {
        flags: '--in-order',
        description: 'One request after the other, so that events are sent in their order.',
      },
      {
        flags: '--idempotency-key <text>',
        description:
          'Name events without an id by this and their number, so that the same can be repeated for a day.',
      },
    ],
    examples: [
      'posthorn events publish-batch @events.ndjson',
      ['posthorn events publish-batch - --json < events.ndjson', 'with the id of each'],
      ['posthorn events publish-batch @orders.json --idempotency-key import-7', 'one that can be repeated'],
    ],
    covers: ['publishBatch'],
    run: (context, { events }, { inOrder, idempotencyKey }) =>
      publishAll(context, sourceOf(context.io, events as string), {
        isInOrder: inOrder === true,
        idPrefix: idempotencyKey as string | undefined,
      }),
  },
  {
    words: 'logs publish',
    summary: 'Publish log records as events.',
    description:
      'A record, an array, or one a line, as loggers write them. Each becomes an event of its event_type, or of log. and its level, with the record itself as the payload. What is refused is printed with its line, and why.',
    args: [
      { name: '[records]', description: '@file, JSON, or - for stdin. Left out, options make one record.' },
    ],
    options: [
      ...queryOptions(LOG_FIELDS, []),
      { flags: '--event-type <text>', description: 'The event type. log. and the level when left out.' },
      KEY,
    ],
    examples: [
      'posthorn logs publish @app.ndjson',
      ["posthorn logs publish --level error --source billing --message 'card declined'", 'one record'],
      ['journalctl -o json --since -1h | posthorn logs publish -', 'of the system’s journal'],
    ],
    covers: ['publishLogs'],
    run: async (context, { records }, options) =>
      publishLogs(
        context,
        sourceOf(context.io, await logsOf(context, records as string | undefined, options)),
        options.idempotencyKey as string | undefined,
      ),
  },
];

async function publishOne(context: Context, args: Values, options: Values): Promise<ExitCode> {
  const { io, out } = context;
  const waitMs = timeoutMs(options.timeout as string);
  if (args.data !== undefined && options.data !== undefined)
    throw new UsageError('expected the payload once, as the argument or as --data');
  const value = (args.data ?? options.data) as string | undefined;
  const data = value === undefined ? undefined : await bytesOf(io, value);
  const { body, contentType, headers } = publishRequest({
    type: args.type as string | undefined,
    data,
    options,
  });
  const api = await context.api();
  const key = options.idempotencyKey as string | undefined;
  const given: AnyOptions = { signal: io.signal, headers, ...(key !== undefined && { idempotencyKey: key }) };
  const answer = (await api.call('publish', { body, contentType }, given)) as
    | Schemas['PublishedEvent']
    | Schemas['PublishedEvents'];
  if ('events' in answer) return showResults(context, answer);
  for (const warning of answer.warnings ?? []) out.warn(warning);
  if (options.wait === true) return followEvent(context, api, answer.id, io.now() + waitMs);
  if (out.isJson) await out.json(answer);
  else await out.text(answer.id);
  out.note(
    `Published. \`posthorn events deliveries ${answer.id}\` shows what becomes of it; --wait follows it.`,
  );
  return EXIT.ok;
}

/** Of a batch of CloudEvents. */
async function showResults(context: Context, { events }: Schemas['PublishedEvents']): Promise<ExitCode> {
  const account = new Account(context, nameOf(true));
  for (const [place, result] of events.entries())
    await account.add(
      { event: place + 1 },
      verdictOfResult(result, (field) => field?.replace(/^(events)?\[\d+\]\.?/, '') || undefined),
    );
  return account.finish();
}

/** The records that are named, or the one that options make. */
async function logsOf({ io }: Context, records: string | undefined, options: Values): Promise<string> {
  const { eventType } = options;
  const fields = await queryFrom(io, LOG_FIELDS, options);
  const record = { ...fields, ...(eventType !== undefined && { event_type: eventType }) };
  const hasFields = Object.keys(record).length > 0;
  if (records !== undefined && hasFields)
    throw new UsageError('expected records, or options that make one, not both');
  if (records !== undefined) return records;
  if (hasFields) return JSON.stringify(record);
  throw new UsageError(
    'expected records: @file, JSON, or - for stdin; or --level and --message, which make one',
  );
}
