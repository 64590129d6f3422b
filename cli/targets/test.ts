import type { ArgsOf, Posthorn } from '../../client/index.ts';
import type { Command, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import { OPERATION_INFO } from '../routes/operation-info.ts';
import { bodyFrom, bodyOptions } from '../routes/route-options.ts';

const info = OPERATION_INFO.testSubscription;

/** A test event is a subscription's, so one of the target's is taken. */
export const testTarget: Command = {
  words: 'targets test',
  summary: 'Send a test event to a target, by one of its subscriptions.',
  description: 'It is delivered to this target alone, whatever the filter says, and signed like any other.',
  args: [{ name: '<id>', description: 'One of the targets.' }],
  options: [
    {
      flags: '--subscription <id>',
      description: 'By this one of its subscriptions: its first when left out.',
    },
    ...bodyOptions(info),
  ],
  examples: [
    'posthorn targets test tgt_01JC',
    ['posthorn targets test tgt_01JC --type payment.failed --data @payment.json', 'with a payload of yours'],
  ],
  run,
};

async function run(context: Context, { id }: Values, options: Values): Promise<undefined> {
  const { io, out } = context;
  const body = await bodyFrom(io, info, options);
  const api = await context.api();
  const subscription =
    (options.subscription as string | undefined) ?? (await subscriptionOf(context, api, id as string));
  const args = { id: subscription, ...(body !== undefined && { body }) } as ArgsOf<'testSubscription'>;
  const event = await api.testSubscription(args, { signal: io.signal });
  if (out.isJson) return void (await out.json({ ...event, subscriptionId: subscription }));
  await out.text(event.id);
  out.note(`Sent as ${event.type}. \`posthorn events deliveries ${event.id}\` shows what became of it.`);
}

/** @throws CommandError where it has none */
async function subscriptionOf({ io }: Context, api: Posthorn, targetId: string): Promise<string> {
  // An id that there is not is said as such.
  const { subscriptionId } = await api.getTarget({ id: targetId }, { signal: io.signal });
  if (subscriptionId !== undefined) return subscriptionId;
  for await (const one of api.listSubscriptions({ limit: 200 }, { signal: io.signal })) {
    if (one.targetId === targetId && one.active) return one.id;
  }
  throw new CommandError(`${targetId} has no active subscription, so nothing can be sent to it`, {
    code: EXIT.refused,
    hint: `\`posthorn subscriptions create --target-id ${targetId} --events '**'\` makes one.`,
  });
}
