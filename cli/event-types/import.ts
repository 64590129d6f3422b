import { statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { ApiError, type Posthorn, PreconditionFailedError, ServerError } from '../../client/index.ts';
import { isObject } from '../../lambdas/values/json.ts';
import { tried } from '../apply/try.ts';
import type { Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandError, UsageError } from '../failure.ts';
import { readFiles } from '../files/read.ts';
import type { Colours } from '../output/colours.ts';
import { safeLines, safeText } from '../output/safe-text.ts';
import { asyncapiTypes } from './asyncapi.ts';
import { type Import, importsOf } from './compare.ts';
import { DocumentError, type Found, joined, type Unusable } from './found.ts';
import { schemaTypes } from './json-schema.ts';
import { libraryOf } from './library.ts';
import { openapiTypes } from './openapi.ts';
import { type SchemaChange, schemaChangeLines } from './schema-change.ts';

/** `posthorn event-types import`: event types from documents. */

interface Result {
  readonly name?: string | undefined;
  readonly from: string;
  readonly action: Import['action'] | 'refuse';
  readonly message?: string | undefined;
  readonly schemaChange?: SchemaChange | undefined;
}

export async function importTypes(context: Context, args: Values, options: Values): Promise<ExitCode> {
  const { io, out } = context;
  const isDry = options.dryRun === true;
  const allowsBreaking = options.allowBreaking === true;
  if (options.exitCode === true && !isDry) throw new UsageError('--exit-code goes with --dry-run');
  const found = await foundIn(context, args.path as string);
  const api = await context.api();
  const catalogue = await allOf(api.listEventTypes({ limit: 200 }, { signal: io.signal }));
  const { imports, unusable } = importsOf(
    found.types,
    catalogue,
    (options.prefix as string | undefined) ?? '',
  );
  for (const note of found.notes) out.note(note);
  const candidates = await triedOn(context, api, imports, allowsBreaking);
  const results: Result[] = [...found.unusable, ...unusable].map(refused);
  for (const result of results) await say(context, result);
  for (const one of candidates) {
    if (isDry && !out.isJson && !one.problem) {
      const changes = schemaChangeLines(one.schemaChange, out.colours);
      await out.text([diffText(one, out.colours), ...changes].join('\n'));
    }
    const result = isDry || one.problem ? resultOf(one) : await written(context, api, one, allowsBreaking);
    if (!isDry || one.problem) await say(context, result);
    results.push(result);
  }
  return finish(context, results, { isDry, saysChanges: options.exitCode === true });
}

async function allOf<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

/** Types in the documents that a path names. */
async function foundIn({ io }: Context, path: string): Promise<Found> {
  const files = await readFiles(io, path);
  const full = path === '-' ? io.cwd : resolve(io.cwd, path);
  const folder = path !== '-' && statSync(full).isDirectory() ? full : dirname(full);
  const isHere = `${folder}${sep}`.startsWith(`${io.cwd}${sep}`);
  const root = isHere ? io.cwd : folder;
  const given: Found[] = [];
  const libraries = { root, cwd: io.cwd };
  let library: ReturnType<typeof libraryOf>;
  try {
    library = libraryOf(files, libraries);
  } catch (error) {
    if (error instanceof DocumentError) throw new CommandError(error.message);
    throw error;
  }
  const schemas = library.documents.filter(
    ({ value }) => !isKind(value, 'openapi') && !isKind(value, 'asyncapi'),
  );
  for (const document of library.documents) {
    if (isKind(document.value, 'openapi')) given.push(openapiTypes(library, document));
    else if (isKind(document.value, 'asyncapi')) given.push(asyncapiTypes(library, document));
  }
  if (schemas.length > 0) given.push(schemaTypes(library, schemas, path === '-' ? io.cwd : folder));
  const found = joined(given);
  if (found.types.length + found.unusable.length > 0) return found;
  throw new CommandError(
    `${path}: expected JSON Schemas, OpenAPI or AsyncAPI, got ${relative(io.cwd, full)}`,
  );
}

const isKind = (value: unknown, member: 'openapi' | 'asyncapi'): boolean =>
  isObject(value) && member in value;

const refused = ({ name, from, message }: Unusable): Result => ({ name, from, action: 'refuse', message });

interface Tried extends Import {
  readonly etag?: string | undefined;
  readonly schemaChange?: SchemaChange | undefined;
  /** Why the API would refuse it. */
  readonly problem?: string | undefined;
}

/** What the API says of each that differs. */
async function triedOn(
  { io }: Context,
  api: Posthorn,
  imports: readonly Import[],
  allowsBreaking: boolean,
): Promise<Tried[]> {
  const changed = imports.filter(({ action }) => action !== 'keep');
  const trials = changed.map(({ name, body }) => ({
    operation: 'putEventType' as const,
    id: name,
    body,
    ...(allowsBreaking && { allowBreaking: true as const }),
  }));
  const outcomes = await tried(api, trials, io.signal);
  const byName = new Map(changed.map(({ name }, at) => [name, outcomes[at]!]));
  return imports.map((one) => {
    const { error, message = '', field, etag, schemaChange } = byName.get(one.name) ?? {};
    if (error === undefined) return { ...one, etag, schemaChange };
    return { ...one, problem: field === undefined ? message : `${field}: ${message}` };
  });
}

const resultOf = ({ name, from, action, problem, schemaChange }: Tried): Result => ({
  name,
  from,
  action: problem === undefined ? action : 'refuse',
  message: problem,
  ...(schemaChange && { schemaChange }),
});

async function written({ io }: Context, api: Posthorn, one: Tried, allowsBreaking: boolean): Promise<Result> {
  if (one.action === 'keep') return resultOf(one);
  const { name, body, etag } = one;
  try {
    await api.call(
      'putEventType',
      { name, body, ...(allowsBreaking && { allowBreaking: 'true' as const }) },
      { signal: io.signal, ...(etag !== undefined && { ifMatch: etag }) },
    );
    return resultOf(one);
  } catch (error) {
    if (error instanceof PreconditionFailedError)
      return resultOf({ ...one, problem: 'it has changed meanwhile; run it again' });
    if (!(error instanceof ApiError) || error instanceof ServerError || error.status < 404) throw error;
    return resultOf({ ...one, problem: error.message });
  }
}

const PAST = { create: 'created', change: 'changed', keep: 'kept', refuse: 'refused' } as const;

async function say({ out }: Context, { name, from, action, message }: Result): Promise<void> {
  if (out.isJson || action === 'keep') return;
  const { colours } = out;
  const what = name === undefined ? safeText(from) : `${safeText(name)} ${colours.dim(safeText(from))}`;
  if (action === 'refuse') await out.text(`${colours.red('✗')} refused ${what}: ${safeText(message ?? '')}`);
  else await out.text(`${colours.green('✓')} ${PAST[action]} ${what}`);
}

/** The JSON before and after, line by line. */
function diffText({ name, action, before, body, from }: Import, colours: Colours): string {
  if (action === 'keep') return colours.dim(`= ${safeText(name)}`);
  const json = (value: object | undefined): string =>
    value ? `${JSON.stringify(value, undefined, 2)}\n` : '';
  const patch = createTwoFilesPatch(`catalogue: ${name}`, `${from}: ${name}`, json(before), json(body));
  const lines = safeLines(patch).trimEnd().split('\n').slice(1);
  return lines.map((line) => paint(line, colours)).join('\n');
}

function paint(line: string, colours: Colours): string {
  if (/^(---|\+\+\+) /.test(line)) return colours.bold(line);
  if (line.startsWith('@@')) return colours.cyan(line);
  if (line.startsWith('+')) return colours.green(line);
  return line.startsWith('-') ? colours.red(line) : line;
}

async function finish(
  { out }: Context,
  results: readonly Result[],
  { isDry, saysChanges }: { isDry: boolean; saysChanges: boolean },
): Promise<ExitCode> {
  const count = (action: Result['action']): number => results.filter((one) => one.action === action).length;
  if (out.isJson) await out.json({ items: results });
  const [made, changed] = isDry ? ['to create', 'to change'] : ['created', 'changed'];
  const counts = `${count('create')} ${made}, ${count('change')} ${changed}, ${count('keep')} unchanged`;
  out.note(`${counts}, ${count('refuse')} refused.`);
  if (count('refuse') > 0) return EXIT.refused;
  return saysChanges && count('create') + count('change') > 0 ? EXIT.changes : EXIT.ok;
}
