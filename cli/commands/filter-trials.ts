import type { Posthorn, Schemas } from '../../client/index.ts';
import type { Command, Option, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { failingIn, sentenceOf, treeLines, treeOf } from '../filters/tree.ts';
import { jsonOf } from '../routes/body.ts';
import { timeOf } from '../routes/times.ts';

/** Filters are tried on an event that is named or written out, and on the last events. */

const FILTER_OPTIONS: readonly Option[] = [
  { flags: '--filter <json>', description: 'The filter: JSON, @file, or - for stdin. Instead of an id.' },
  {
    flags: '--events <patterns>',
    description: 'Of the filter: event types or patterns, separated by commas.',
  },
  { flags: '--where <json>', description: 'Of the filter: conditions on fields.' },
  { flags: '--filters <json>', description: 'Of the filter: conditions in the short form.' },
  { flags: '--jsonpath <query>', description: 'Of the filter: a query that has to select something.' },
  { flags: '--during <json>', description: 'Of the filter: spans of time.' },
];

const NAMED = {
  name: '[filter]',
  description: 'A filter, flt_…, or the subscription that has it, sub_….',
};

export const filterTrialCommands: readonly Command[] = [
  {
    words: 'filters test',
    summary: 'Try a filter on an event, and say why it does not match.',
    description:
      'The filter is named, or written out before it exists. The event is one that was published (--event), or an example (--type, --data). Nothing is sent. Ends with 0 when the event matches, with 1 when it does not.',
    args: [NAMED],
    options: [
      {
        flags: '--event <id>',
        description: 'An event that was published. Options below replace parts of it.',
      },
      { flags: '--type <type>', description: 'Of the event.' },
      { flags: '--data <json>', description: 'Its payload: JSON, @file, or - for stdin.' },
      { flags: '--source <source>', description: 'Its source.' },
      { flags: '--region <region>', description: 'Its region.' },
      {
        flags: '--priority <priority>',
        description: 'Its priority.',
        choices: ['critical', 'normal', 'low'],
      },
      {
        flags: '--at <time>',
        description: 'When it is accepted: a time, or how long ago; now when left out.',
      },
      ...FILTER_OPTIONS,
    ],
    examples: [
      [
        'posthorn filters test flt_01KAK2V5E4V2N9CR0Q6WV7Z1QX --type payment.failed --data @event.json',
        'a filter that is there',
      ],
      [
        'posthorn filters test sub_01KAK2V5E4V2N9CR0Q6WV7Z1QX --event evt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
        'why a subscription did not get an event',
      ],
      [
        `posthorn filters test --events 'payment.**' --filters '{"amount":{"numeric":[">=",1000]}}' --type payment.failed --data '{"amount":50}'`,
        'one that is not there yet',
      ],
    ],
    covers: ['testFilter'],
    run: testFilter,
  },
  {
    words: 'filters preview',
    summary: 'Try a filter on the last events: how many match, and which.',
    description: 'At most 1,000 events, newest first. Nothing is sent.',
    args: [NAMED],
    options: [
      ...FILTER_OPTIONS,
      {
        flags: '--from <time>',
        description: 'Events accepted at or after this time, or so long ago: 2h, 7d.',
      },
      { flags: '--to <time>', description: 'Events accepted before this time.' },
      { flags: '--limit <n>', description: 'How many events at most.' },
      { flags: '--compare-with <id>', description: 'A filter, or a subscription with one, to compare with.' },
    ],
    examples: [
      [`posthorn filters preview --events 'payment.**' --from 2h`, 'what it would have matched in two hours'],
      [
        `posthorn filters preview --events 'payment.**' --compare-with sub_01KAK2V5E4V2N9CR0Q6WV7Z1QX`,
        'what a change would add and drop',
      ],
    ],
    covers: ['previewFilter'],
    run: previewFilter,
  },
];

type TestBody = Schemas['FilterTest'];
type Example = TestBody['event'];

async function testFilter(context: Context, args: Values, options: Values): Promise<ExitCode> {
  const { out } = context;
  const api = await context.api();
  const filter = await filterFrom(context, api, args, options);
  const event = await eventFrom(context, api, options);
  const { signal } = context.io;
  const result = await api.testFilter({ body: { filter, event, explain: true } }, { signal });
  if (out.isJson) await out.json(result);
  else await out.text(resultText(result, out.colours));
  return result.matches ? EXIT.ok : EXIT.refused;
}

function resultText(
  { matches, reason, conditions = [] }: Schemas['FilterTestResult'],
  colours: Context['out']['colours'],
): string {
  const tree = treeOf(conditions);
  const first =
    matches || !reason
      ? `${colours.green('✓')} matches`
      : `${colours.red('✗')} ${sentenceOf(reason, failingIn(tree))}`;
  return [first, ...treeLines(tree, colours)].join('\n');
}

const PARTS = ['where', 'filters', 'during'] as const;

/** The filter that is named, or that is written out. */
async function filterFrom(
  { io }: Context,
  api: Posthorn,
  { filter: id }: Values,
  options: Values,
): Promise<TestBody['filter']> {
  const written =
    typeof options.filter === 'string' ? await jsonOf(io, options.filter, '--filter') : undefined;
  if (written !== undefined && (typeof written !== 'object' || written === null || Array.isArray(written)))
    throw new UsageError('--filter: expected an object such as {"events": ["payment.**"]}');
  const parts: Record<string, unknown> = { ...written };
  if (typeof options.events === 'string') parts.events = options.events.split(',').map((one) => one.trim());
  if (typeof options.jsonpath === 'string') parts.jsonpath = options.jsonpath;
  for (const name of PARTS) {
    if (typeof options[name] === 'string') parts[name] = await jsonOf(io, options[name], `--${name}`);
  }
  const isWritten = Object.keys(parts).length > 0;
  if (typeof id !== 'string') {
    if (!isWritten)
      throw new UsageError('expected a filter: its id, that of a subscription, or --events and conditions');
    // All types, where only conditions are tried.
    return { events: ['**'], ...parts } as TestBody['filter'];
  }
  if (isWritten) throw new UsageError('expected either the id of a filter, or one that is written out');
  if (!id.startsWith('sub_')) return { id };
  const { filterId } = await api.getSubscription({ id }, { signal: io.signal });
  return { id: filterId };
}

async function eventFrom({ io }: Context, api: Posthorn, options: Values): Promise<Example> {
  const published =
    typeof options.event === 'string' ? await publishedEvent(io.signal, api, options.event) : {};
  const given = {
    ...(typeof options.type === 'string' && { type: options.type }),
    ...(typeof options.source === 'string' && { source: options.source }),
    ...(typeof options.region === 'string' && { region: options.region }),
    ...(typeof options.priority === 'string' && {
      priority: options.priority as NonNullable<Example['priority']>,
    }),
    ...(typeof options.data === 'string' && { data: await jsonOf(io, options.data, '--data') }),
    ...(typeof options.at === 'string' && { at: timeOf(options.at, io.now(), -1) }),
  };
  const event: Partial<Example> = { ...published, ...given };
  if (event.type === undefined)
    throw new UsageError('expected an event: --event with its id, or --type and --data');
  return event as Example;
}

/** An event as it was published, with its payload if that is JSON. */
async function publishedEvent(signal: AbortSignal, api: Posthorn, id: string): Promise<Partial<Example>> {
  const [event, payload] = await Promise.all([
    api.getEvent({ id }, { signal }),
    api.getEventPayload({ id }, { signal }),
  ]);
  const { type, source, region, priority, acceptedAt } = event;
  return {
    type,
    at: acceptedAt,
    ...(source !== undefined && { source }),
    ...(region !== undefined && { region }),
    ...(priority !== undefined && { priority }),
    ...jsonIn(payload),
  };
}

function jsonIn(payload: Uint8Array): { data?: unknown } {
  try {
    return { data: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) };
  } catch {
    return {};
  }
}

async function previewFilter(context: Context, args: Values, options: Values): Promise<undefined> {
  const { io, out } = context;
  const api = await context.api();
  const filter = await filterFrom(context, api, args, options);
  const time = (name: 'from' | 'to') =>
    typeof options[name] === 'string' && { [name]: timeOf(options[name], io.now(), -1) };
  const body = {
    filter,
    ...time('from'),
    ...time('to'),
    ...(typeof options.limit === 'string' && { limit: limitOf(options.limit) }),
    ...(typeof options.compareWith === 'string' && { compareWith: options.compareWith }),
  } as Schemas['NewFilterPreview'];
  const preview = await api.previewFilter({ body }, { signal: io.signal });
  if (out.isJson) return out.json(preview) as Promise<undefined>;
  await out.text(previewLines(preview).join('\n'));
  if (preview.examples.length > 0) await out.text('');
  await out.rows(EXAMPLES, preview.examples, 'None of them matches.');
  return undefined;
}

const EXAMPLES = [
  { title: 'event', value: 'id' },
  { title: 'type', value: 'type' },
  { title: 'accepted', value: 'acceptedAt' },
];

function limitOf(text: string): number {
  if (/^(?:[1-9]\d{0,2}|1000)$/.test(text)) return Number(text);
  throw new UsageError(`--limit: expected a number from 1 to 1000, got ${JSON.stringify(text)}`);
}

const CUT_BY = {
  events: 'their number',
  payloads: 'the size of payloads',
  steps: 'the work that the filter makes',
};

/** @internal for tests */
function previewLines(preview: Schemas['FilterPreview']): string[] {
  const { scanned, matched, share, undecided, from, to, isCut, cutBy, comparedWith } = preview;
  const percent = share === null ? '' : ` (${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %)`;
  const lines = [`${matched} of the last ${scanned} events match${percent}, accepted from ${from} to ${to}`];
  if (undecided > 0) lines.push(`${undecided} could not be decided: their payloads are no longer kept`);
  if (isCut) lines.push(`older events were not tried: the bound is ${cutBy ? CUT_BY[cutBy] : 'reached'}`);
  if (comparedWith) {
    const { filterId, subscriptionId, matched: other, added, dropped } = comparedWith;
    lines.push(
      `${subscriptionId ?? filterId} matches ${other} of them: this filter adds ${added} and drops ${dropped}`,
    );
  }
  return lines;
}
