import { type ConsumeSettings, consume as consumeMessages, type Message } from '../../client/index.ts';
import type { Command, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';

const TARGET = 'tgt_01JC';

const number =
  (flag: string, min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new UsageError(`--${flag}: expected a whole number from ${min} to ${max}, got ${text}`);
  };

export const consume: Command = {
  words: 'messages consume',
  summary: 'Fetch messages as they come, and work on each.',
  description: [
    'Runs a command for each message of a target of kind pull: the body is its input, and its environment has the headers, such as HTTP_WEBHOOK_SIGNATURE, and POSTHORN_MESSAGE_ID, _TYPE and _ATTEMPT. If it ends with 0 the message is acknowledged, else it is given back and comes again later.',
    'Without --exec each message is printed as a line of JSON, and acknowledged once it is written. Ctrl-C ends it: what is under way is done, and the rest given back.',
  ].join('\n\n'),
  args: [{ name: '<target>', description: 'The id of a target of kind pull.' }],
  options: [
    { flags: '--exec <command>', description: 'A command line of the shell, run for each message.' },
    {
      flags: '--max <number>',
      description: 'Messages that are fetched at a time; 10 when left out.',
      parse: number('max', 1, 100),
    },
    {
      flags: '--lease-seconds <number>',
      description: 'How long they are leased, 60 when left out; what takes longer is extended.',
      parse: number('lease-seconds', 2, 43_200),
    },
    {
      flags: '--parallel <number>',
      description: 'Messages that are worked on at a time; 1 when left out.',
      parse: number('parallel', 1, 100),
    },
    {
      flags: '--in-order',
      description: 'After a failure, give back what follows as well. For targets with inOrder.',
    },
    { flags: '--until-empty', description: 'End when there is nothing to fetch.' },
  ],
  examples: [
    [`posthorn messages consume ${TARGET} --exec './work.sh'`, 'a command for each message'],
    [`posthorn messages consume ${TARGET} --until-empty > messages.ndjson`, 'what waits, a line each'],
  ],
  covers: ['fetchMessages', 'acknowledgeMessages', 'releaseMessages', 'extendMessages'],
  run,
};

async function run(context: Context, { target }: Values, options: Values): Promise<typeof EXIT.ok> {
  const { io, out } = context;
  const { exec, max, leaseSeconds, parallel, inOrder, untilEmpty } = options;
  if (typeof exec !== 'string' && parallel !== undefined)
    throw new UsageError('--parallel: expected with --exec');
  const api = await context.api();
  const work = await workOf(context, exec);
  const counts = { done: 0, failed: 0 };
  const settings: ConsumeSettings = {
    id: String(target),
    ...({ max, leaseSeconds, parallel, inOrder, untilEmpty } as Omit<ConsumeSettings, 'id'>),
    signal: io.signal,
    onError(error, message) {
      if (message) counts.failed++;
      out.warn(`${message ? `${message.id}: ` : ''}${(error as Error).message}`);
    },
  };
  await consumeMessages(api, settings, async (message) => {
    await work(message);
    counts.done++;
  });
  const failed = counts.failed > 0 ? `, ${counts.failed} given back` : '';
  out.note(`${counts.done} ${counts.done === 1 ? 'message' : 'messages'} done${failed}.`);
  return EXIT.ok;
}

async function workOf({ io, out }: Context, exec: unknown): Promise<(message: Message) => Promise<void>> {
  if (typeof exec !== 'string') return (message) => out.line(message);
  const { runCommand } = await import('../messages/run-command.ts');
  return (message) => runCommand(io, exec, message);
}
