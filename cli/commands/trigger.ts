import type { ArgsOf, Posthorn } from '../../client/index.ts';
import type { Command, Option, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandError, UsageError } from '../failure.ts';
import { withChanges } from '../publish/changes.ts';
import { jsonOf } from '../routes/body.ts';
import { timeoutMs } from '../routes/times.ts';
import { followEvent } from '../trigger/follow-event.ts';
import { EVENT_OPTIONS, WAIT_OPTIONS } from '../trigger/options.ts';
import { checkType, sampleOf } from '../trigger/sample.ts';

/** As the API takes in one request. */
const BATCH = 100;
const MOST_EVENTS = 10_000;

const options: readonly Option[] = [
  {
    flags: '--data <json>',
    description: 'The payload, in place of the sample: JSON, @file, or - for stdin.',
  },
  {
    flags: '--set <path=value...>',
    description: 'Change one value of the event: --set data.amount=5000. The payload is under data.',
  },
  ...EVENT_OPTIONS,
  {
    flags: '--count <number>',
    description: `How many events, each with an id of its own: up to ${MOST_EVENTS}.`,
  },
  ...WAIT_OPTIONS,
];

export const trigger: Command = {
  words: 'trigger',
  summary: 'Publish the example of an event type.',
  description: [
    'The payload is the sample that the catalogue has of the event type, with the changes of --set. The event is one like any other: everybody whose filter it matches gets it.',
    'With --wait the exit code is 1 if a delivery is dead, or not settled in time.',
  ].join('\n\n'),
  args: [{ name: '<type>', description: 'The event type: payment.processor.failure' }],
  options,
  examples: [
    'posthorn trigger payment.processor.failure',
    ['posthorn trigger payment.processor.failure --set data.amount=5000', 'with another amount'],
    ['posthorn trigger order.paid --data @order.json --wait', 'a payload of yours, followed to its end'],
  ],
  run,
};

async function run(context: Context, args: Values, options: Values): Promise<ExitCode> {
  const { io, out } = context;
  const type = args.type as string;
  checkType(type);
  const count = countOf(options);
  const waitMs = timeoutMs(options.timeout as string);
  if (options.wait === true && count > 1)
    throw new UsageError('--wait follows one event: expected no --count');
  const api = await context.api();
  const event = await eventOf(context, api, type, options);
  const ids = await published(context, api, event, count);
  if (options.wait !== true) {
    if (out.isJson) await out.json(count === 1 ? { id: ids[0] } : { ids });
    else await out.text(ids.join('\n'));
    if (count === 1)
      out.note(
        `Published. \`posthorn events deliveries ${ids[0]}\` shows what becomes of it; --wait follows it.`,
      );
    else out.note(`Published ${count} events. \`posthorn tail\` shows what becomes of events as it happens.`);
    return EXIT.ok;
  }
  return followEvent(context, api, ids[0]!, io.now() + waitMs);
}

function countOf({ count = '1', id }: Values): number {
  const number = Number(count);
  if (!Number.isInteger(number) || number < 1 || number > MOST_EVENTS)
    throw new UsageError(
      `--count: expected a whole number from 1 to ${MOST_EVENTS}, got ${JSON.stringify(count)}`,
    );
  if (number > 1 && id !== undefined)
    throw new UsageError('--id: expected no --count with it, since an id is published once');
  return number;
}

/** The event as it is posted. */
async function eventOf(
  { io }: Context,
  api: Posthorn,
  type: string,
  { data, set = [], id, source, priority }: Values,
): Promise<Record<string, unknown>> {
  const payload =
    typeof data === 'string' ? await jsonOf(io, data, '--data') : await sampleOf(api, type, io.signal);
  return {
    type,
    data: withChanges(payload, set as readonly string[]),
    ...(id !== undefined && { id }),
    ...(source !== undefined && { source }),
    ...(priority !== undefined && { priority }),
  };
}

/** @returns the ids of what was published @throws CommandError where an event of several was refused */
async function published(
  { io }: Context,
  api: Posthorn,
  event: Record<string, unknown>,
  count: number,
): Promise<string[]> {
  const { signal } = io;
  // The types of bodies know no event that is put together at run time.
  const publish = (body: object) => api.publish({ body } as ArgsOf<'publish'>, { signal });
  if (count === 1) return [((await publish(event)) as { id: string }).id];
  const ids: string[] = [];
  for (let left = count; left > 0; left -= BATCH) {
    const events = Array.from({ length: Math.min(BATCH, left) }, () => event);
    const args = { body: { events } } as ArgsOf<'publishBatch'>;
    const { events: results } = await api.publishBatch(args, { signal });
    for (const result of results) {
      if ('error' in result) throw new CommandError(`${ids.length} were published: ${result.error.message}`);
      ids.push(result.id);
    }
  }
  return ids;
}
