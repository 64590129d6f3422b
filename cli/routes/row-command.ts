import { OPERATIONS, type OperationName } from '../../client/index.ts';
import type { Command, Option, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../failure.ts';
import { confirmed } from '../output/confirm.ts';
import { listOptions, printList } from './list.ts';
import { OPERATION_INFO } from './operation-info.ts';
import { bodyFrom, bodyOptions, queryFrom, queryOptions } from './route-options.ts';
import type { Row } from './row.ts';

const YES: Option = { flags: '-y, --yes', description: 'Do not ask.' };
const IF_MATCH: Option = {
  flags: '--if-match <etag>',
  description: 'Refuse it if it has changed since: the ETag that --debug shows.',
};

/** The command of a row. */
export function commandOf(row: Row): Command {
  const info = OPERATION_INFO[row.operation];
  const { isPaged } = OPERATIONS[row.operation];
  const changes = ['PUT', 'PATCH', 'DELETE'].includes(info.method);
  const leaveOut = [...(isPaged ? ['limit', 'cursor', 'format'] : []), ...(row.leaveOut ?? [])];
  return {
    words: row.words,
    summary: row.summary ?? `${info.summary}.`,
    ...(row.description !== undefined && { description: row.description }),
    args: info.params.map(({ name, description }) => ({ name: `<${name}>`, description: description ?? '' })),
    options: [
      ...(isPaged ? listOptions(info) : []),
      ...queryOptions(info, leaveOut),
      ...bodyOptions({
        ...info,
        ...(info.body && {
          body: { ...info.body, fields: info.body.fields.filter(({ name }) => !leaveOut.includes(name)) },
        }),
      }),
      ...(changes ? [IF_MATCH] : []),
      ...(row.asks ? [YES] : []),
      ...(row.options ?? []),
    ],
    examples: row.examples,
    covers: [row.operation],
    run: async (context, args, options) => {
      const query = { ...row.preset, ...(await queryFrom(context.io, info, options)) };
      const given = await bodyFrom(context.io, info, options);
      const body = row.bodyOf && given !== undefined ? row.bodyOf(given as never) : given;
      if (body === undefined && info.body?.required)
        throw new UsageError(`expected what to send: ${needed(row.operation)}`);
      const question = row.asks?.(args, options);
      if (question !== undefined) await confirmed(context, question, options.yes === true);
      const all = { ...args, ...query, ...(body !== undefined && { body }) };
      if (isPaged) return printList(context, row, all, options);
      const api = await context.api();
      const answer = await api.call(row.operation, all as never, {
        signal: context.io.signal,
        ...(typeof options.ifMatch === 'string' && { ifMatch: options.ifMatch }),
      });
      if (row.act) return row.act(context, answer as never, options);
      await printOne(context, row, args, answer);
      return undefined;
    },
  };
}

/** What a body can't do without, or all that it may have. */
function needed(operation: OperationName): string {
  const fields = OPERATION_INFO[operation].body?.fields ?? [];
  const required = fields.filter(({ required }) => required).map(({ name }) => name);
  return required.length > 0 ? `at least ${required.join(' and ')}` : '--body, or options for its fields';
}

async function printOne(context: Context, row: Row, args: Values, answer: unknown): Promise<void> {
  const { out } = context;
  if (out.isJson) {
    if (answer !== undefined) await out.json(answer);
  } else if (row.show && answer !== undefined) await row.show(context, answer as never, args);
  else if (row.columns && answer !== undefined) await out.record(row.columns, answer);
  else if (answer !== undefined && !row.done) await out.json(answer);
  if (row.done && !out.isJson) out.note(row.done(args));
  const note = row.note?.(answer as never, args);
  if (note) out.note(note);
}
