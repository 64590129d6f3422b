import type { Option, Values } from '../command.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import type { OperationInfo } from './operation-info.ts';
import type { Row } from './row.ts';

/** How lists are read and shown: the first rows, as many as are asked for, or all. */

const DEFAULT_ROWS = 50;
/** As many as the API gives in a page. */
const PAGE = 200;
const EXPORT_PAGE = 1000;

export const listOptions = ({ query }: OperationInfo): Option[] => [
  { flags: '--limit <number>', description: `How many at most: ${DEFAULT_ROWS} when left out.` },
  { flags: '--all', description: 'All there are.' },
  { flags: '--cursor <text>', description: 'Go on from here: what was said at the end of the list before.' },
  ...(query.some(({ name }) => name === 'format')
    ? [
        {
          flags: '--format <text>',
          description: 'ndjson: a line of JSON a row. csv: with a line of names first.',
          choices: ['ndjson', 'csv'],
        },
      ]
    : []),
];

interface Page {
  readonly items: readonly unknown[];
  readonly next: string | null;
}

export async function printList(
  context: Context,
  row: Row,
  query: Values,
  options: Values,
): Promise<ExitCode | undefined> {
  const limit = limitOf(options);
  if (options.format !== undefined) return printExport(context, row, query, { ...options, limit });
  const api = await context.api();
  const items: unknown[] = [];
  let next: string | null = (options.cursor as string | undefined) ?? null;
  let first: Page | undefined;
  do {
    const page = (await api.call(
      row.operation,
      {
        ...query,
        limit: Math.min(PAGE, limit - items.length),
        ...(next !== null && { cursor: next }),
      } as never,
      { signal: context.io.signal },
    )) as unknown as Page;
    first ??= page;
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < limit);
  // What an answer has beside its rows is that of the first page.
  if (context.out.isJson) await context.out.json({ ...first, items, next });
  await context.out.rows(row.columns ?? [], items, row.empty ?? 'There is none.');
  if (context.out.isJson) return undefined;
  if (next !== null) context.out.note(`There are more: --all, or --cursor ${next}`);
  if (row.noteOfList) context.out.note(row.noteOfList(first as never));
  return undefined;
}

function limitOf(options: Values): number {
  if (options.limit === undefined) return options.all === true ? Number.POSITIVE_INFINITY : DEFAULT_ROWS;
  const limit = Number(options.limit);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new UsageError(`--limit: expected a whole number from 1 on, got ${JSON.stringify(options.limit)}`);
}

/** Pages as the API writes them, one after the other: of CSV the names once. */
async function printExport(
  { io, out, api: connect }: Context,
  row: Row,
  query: Values,
  { format, limit, cursor }: Values,
): Promise<undefined> {
  const api = await connect();
  let left = limit as number;
  let next = cursor as string | undefined;
  for (let isFirst = true; isFirst || (next !== undefined && left > 0); isFirst = false) {
    const { data, response } = await api
      .call(
        row.operation,
        {
          ...query,
          format,
          limit: Math.min(EXPORT_PAGE, left),
          ...(next !== undefined && { cursor: next }),
        } as never,
        { signal: io.signal },
      )
      .withResponse();
    const text = data as unknown as string;
    await out.raw(format === 'csv' && !isFirst ? text.slice(text.indexOf('\n') + 1) : text);
    // A row of CSV may hold line breaks, so this counts too many at most, and only where a limit was given.
    left -= text.split('\n').length - (format === 'csv' ? 2 : 1);
    next = cursorIn(response.headers.get('link'));
  }
  if (next !== undefined) out.note(`There are more: --all, or --cursor ${next}`);
  return undefined;
}

/** The `cursor` of a `Link` header with `rel="next"`. https://www.rfc-editor.org/rfc/rfc8288 */
function cursorIn(link: string | null): string | undefined {
  const target = /<([^>]*)>;\s*rel="?next"?/.exec(link ?? '')?.[1];
  return target === undefined
    ? undefined
    : (new URL(target, 'http://any').searchParams.get('cursor') ?? undefined);
}
