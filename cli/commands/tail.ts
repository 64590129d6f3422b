import type { Frame, LiveOutcome } from '../../client/live/frame.ts';
import type { Command, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { idOf, TargetNames } from '../live/names.ts';
import { eventPatterns, isWanted, statusesOf, type Wanted } from '../live/outcome-filter.ts';
import { outcomeLine } from '../live/outcome-line.ts';
import { watchFrames } from '../live/watch-frames.ts';

export const tail: Command = {
  words: 'tail',
  summary: 'What becomes of deliveries, as it happens.',
  description: [
    'A line for each attempt: when, status, event type, target, status code, number of the attempt, how long it took, and why it failed. Ctrl-C ends it.',
    'It shows what is recorded from now on, and after a lost connection what was missed. Where more happens than a frame holds, it says how many were left out.',
  ].join('\n\n'),
  options: [
    {
      flags: '--status <statuses...>',
      description: 'Of these statuses: delivered, retrying, parked, dead.',
    },
    {
      flags: '--events <patterns...>',
      description: "Of event types that these patterns match: 'payment.**'",
    },
    { flags: '--target <target>', description: 'To this target: its id or its name.' },
    { flags: '--subscription <subscription>', description: 'Of this subscription: its id or its name.' },
  ],
  examples: [
    'posthorn tail',
    ["posthorn tail --events 'payment.**' --status retrying,dead", 'payments that fail'],
    ['posthorn tail --json | jq .deliveryId', 'a line of JSON for each outcome'],
  ],
  covers: ['createLiveTicket', 'listLiveFrames'],
  run,
};

async function run(context: Context, _: Values, options: Values): Promise<typeof EXIT.ok> {
  const { io, out } = context;
  const wanted = await wantedBy(context, options);
  const names = new TargetNames(await context.api(), io.signal);
  const fits = isWanted(wanted);
  const shown = new Map<string, number>();
  let leftOut = 0;
  const show = async (outcome: LiveOutcome): Promise<void> => {
    shown.set(outcome.status, (shown.get(outcome.status) ?? 0) + 1);
    if (out.isJson) await out.line(outcome);
    else await out.text(outcomeLine(outcome, await names.of(outcome.targetId), out.colours));
  };
  await watchFrames(context, {
    onConnected: () => out.note('Connected. Outcomes follow as they come; Ctrl-C ends it.'),
    onGap: () =>
      out.warn('Outcomes of meanwhile are missing here. `posthorn deliveries list` has all of them.'),
    async onFrame({ outcomes = [], counts, changed = [] }: Frame) {
      if (changed.includes('targets')) names.forget();
      for (const outcome of outcomes.filter(fits)) await show(outcome);
      if (!counts?.leftOut) return;
      leftOut += counts.leftOut;
      out.note(`${counts.leftOut} more outcomes within this second are counted, and not listed.`);
    },
  });
  out.note(summary(shown, leftOut));
  return EXIT.ok;
}

async function wantedBy(context: Context, options: Values): Promise<Wanted> {
  // What was typed is looked at before anybody is asked.
  const [statuses, events] = [statusesOf(options.status), eventPatterns(options.events)];
  const { signal } = context.io;
  const api = await context.api();
  const id = async (kind: 'target' | 'subscription') =>
    typeof options[kind] === 'string' ? await idOf(api, kind, options[kind], signal) : undefined;
  return { statuses, events, targetId: await id('target'), subscriptionId: await id('subscription') };
}

function summary(shown: ReadonlyMap<string, number>, leftOut: number): string {
  const total = [...shown.values()].reduce((sum, one) => sum + one, 0);
  const parts = [...shown].map(([status, count]) => `${count} ${status}`);
  const outcomes = total === 1 ? '1 outcome' : `${total} outcomes`;
  const left = leftOut > 0 ? ` ${leftOut} more were counted, and not listed.` : '';
  return `${[outcomes, parts.join(', ')].filter(Boolean).join(': ')}.${left}`;
}
