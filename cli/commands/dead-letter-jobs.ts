import type { Command, Option, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import {
  byIds,
  filterFields,
  inWords,
  type Result,
  type Selection,
  selectionOf,
} from '../jobs/dead-letters.ts';
import { afterStart, NO_WAIT } from '../jobs/follow-job.ts';
import type { Job } from '../jobs/job.ts';
import { confirmed } from '../output/confirm.ts';
import { OPERATION_INFO } from '../routes/operation-info.ts';
import { queryOptions } from '../routes/route-options.ts';

/** Dead letters, sent again or purged: those that are named, at once; those that a filter names, by a job. */

const IDS = {
  name: '[ids...]',
  description: 'Dead letters by their ids, or - for ids on stdin. Left out, those that the options name.',
};

const optionsOf = (operation: Action): Option[] => [
  { flags: '--all', description: 'All, or with other options all that meet these.' },
  ...queryOptions({ ...OPERATION_INFO[operation], query: filterFields(OPERATION_INFO[operation]) }, []),
  NO_WAIT,
];

type Action = 'redriveDeadLetters' | 'purgeDeadLetters';

export const deadLetterJobs: readonly Command[] = [
  {
    words: 'dead-letters redrive',
    summary: 'Send dead letters again.',
    description:
      'By their ids at once, with what was done of each: the exit code is 1 if one was not. Those that a filter names are sent by a job, which is followed to its end.',
    args: [IDS],
    options: optionsOf('redriveDeadLetters'),
    examples: [
      'posthorn dead-letters redrive dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY',
      [
        'posthorn dead-letters redrive --target-id tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QZ',
        'once an endpoint is back',
      ],
      [
        "posthorn dead-letters list --all --json | jq -r '.items[].id' | posthorn dead-letters redrive -",
        'those of a list',
      ],
    ],
    covers: ['redriveDeadLetters'],
    run: (context, args, options) => run(context, 'redriveDeadLetters', args, options),
  },
  {
    words: 'dead-letters purge',
    summary: 'Take dead letters off the list.',
    description:
      'No job sends them any more. Each can still be read and sent again under its id, as long as the log has it. Asks first.',
    args: [IDS],
    options: [...optionsOf('purgeDeadLetters'), { flags: '-y, --yes', description: 'Do not ask.' }],
    examples: [
      'posthorn dead-letters purge --reason target_deleted',
      ['posthorn dead-letters purge --all --to 7d --yes', 'in a script: those older than a week'],
    ],
    covers: ['purgeDeadLetters'],
    run: (context, args, options) => run(context, 'purgeDeadLetters', args, options),
  },
];

async function run(context: Context, action: Action, args: Values, options: Values): Promise<ExitCode> {
  const { io } = context;
  const selection = await selectionOf(io, OPERATION_INFO[action], args, options);
  if (action === 'purgeDeadLetters')
    await confirmed(context, `Purge ${inWords(selection)}?`, options.yes === true);
  if (selection.kind === 'ids') return doByIds(context, action, selection.ids);
  const api = await context.api();
  const body = { all: true, ...selection.filter };
  const job = (await api.call(action, { body }, { signal: io.signal })) as Job;
  return afterStart(context, job, options);
}

async function doByIds(
  context: Context,
  action: Action,
  ids: Extract<Selection, { kind: 'ids' }>['ids'],
): Promise<ExitCode> {
  const { io, out } = context;
  const api = await context.api();
  const results: Result[] = [];
  try {
    await byIds(api, action, ids, io.signal, (part) => results.push(...part));
  } catch (error) {
    if (results.length > 0)
      out.warn(`Of ${ids.length}, the first ${results.length} were asked for before this failed.`);
    if (results.length > 0) await show(context, action, results);
    throw error;
  }
  await show(context, action, results);
  return results.every(({ done }) => done) ? EXIT.ok : EXIT.refused;
}

async function show({ out }: Context, action: Action, results: readonly Result[]): Promise<void> {
  if (out.isJson) await out.json({ items: results });
  const columns = [
    { title: 'id', value: 'id' },
    { title: 'done', value: 'done' },
    { title: 'why not', value: 'reason' },
  ];
  await out.rows(columns, results, '');
  const done = results.filter((one) => one.done).length;
  const verb = action === 'redriveDeadLetters' ? 'sent again' : 'purged';
  out.note(done === results.length ? `${done} ${verb}.` : `${done} of ${results.length} ${verb}.`);
}
