import type { Option, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { showDelivery } from '../deliveries/show.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type Delivery, isSettled, settledDelivery } from '../jobs/follow-delivery.ts';
import type { Row } from '../routes/row.ts';
import { timeoutMs } from '../routes/times.ts';

/** One delivery, sent again or tried now. */

const options: readonly Option[] = [
  { flags: '--wait', description: 'Follow it until it has arrived or is dead: 1 if it has not arrived.' },
  {
    flags: '--timeout <time>',
    description: 'With --wait: how long at most, such as 30s or 5m.',
    default: '60s',
    // It is looked at before anything is sent.
    parse: (text) => {
      timeoutMs(text);
      return text;
    },
  },
];

export const deliveryTries: readonly Row[] = [
  {
    words: 'deliveries replay',
    operation: 'replayDelivery',
    description:
      'One that is dead or has arrived. It goes to its subscription’s present target, with a retry schedule of its own.',
    examples: [
      'posthorn deliveries replay dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY',
      [
        'posthorn deliveries replay dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY --wait',
        'and see it arrive',
      ],
    ],
    options,
    act: run,
  },
  {
    words: 'deliveries retry',
    operation: 'retryDelivery',
    description:
      'One that is retrying or parked: its next attempt is made at once, and its schedule begins afresh.',
    examples: ['posthorn deliveries retry dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY --wait'],
    options,
    act: run,
  },
];

async function run(context: Context, started: Delivery, { wait, timeout }: Values): Promise<ExitCode> {
  const { io, out } = context;
  const until = io.now() + timeoutMs(timeout as string);
  const delivery = wait === true ? await settledDelivery(await context.api(), io, started, until) : started;
  if (out.isJson) await out.json(delivery);
  else await showDelivery(context, delivery);
  if (wait !== true) {
    out.note(
      `It is under way. \`posthorn deliveries get ${delivery.id}\` shows each attempt; --wait follows it.`,
    );
    return EXIT.ok;
  }
  out.note(ending(delivery));
  return delivery.status === 'delivered' ? EXIT.ok : EXIT.refused;
}

function ending(delivery: Delivery): string {
  if (delivery.status === 'delivered') return 'It was delivered.';
  return isSettled(delivery)
    ? `It is dead. \`posthorn deliveries get ${delivery.id}\` shows each attempt.`
    : 'Not settled in time. It goes on; --timeout waits longer.';
}
