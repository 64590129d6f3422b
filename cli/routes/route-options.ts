import type { Option, Values } from '../command.ts';
import { UsageError } from '../failure.ts';
import type { Io } from '../io.ts';
import { bytesOf, jsonOf, looseValue, withSet } from './body.ts';
import type { Field, OperationInfo } from './operation-info.ts';
import { timeOf } from './times.ts';

/** Options of an operation: its query, and the fields of its body. */

export const kebab = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const FILE = '@file with JSON, or - for stdin';
const HINTS: Readonly<Record<Field['type'], string>> = {
  text: '<text>',
  texts: '<texts...>',
  time: '<time>',
  number: '<number>',
  json: '<json>',
  boolean: '',
};

/** In one sentence, without Markdown's quotes and line breaks. */
const sentence = (text: string | undefined): string => (text ?? '').split('\n')[0]!.replaceAll('`', '');

function optionsOf({ name, type, description, choices }: Field): Option[] {
  const long = kebab(name);
  if (type === 'boolean')
    return [
      { flags: `--${long}`, description: sentence(description) },
      { flags: `--no-${long}`, description: `The opposite of --${long}.` },
    ];
  const among = choices && type === 'text' ? { choices } : {};
  return [{ flags: `--${long} ${HINTS[type]}`, description: sentence(description), ...among }];
}

/** Options of the query, but for those that a list deals with itself. */
export const queryOptions = ({ query }: OperationInfo, leaveOut: readonly string[]): Option[] =>
  query.filter(({ name }) => !leaveOut.includes(name)).flatMap(optionsOf);

/** Options of the body: its fields, all of it, and single values at any depth. */
export const bodyOptions = ({ body, query }: OperationInfo): Option[] =>
  body === undefined
    ? []
    : [
        ...body.fields.filter(({ name }) => !query.some((one) => one.name === name)).flatMap(optionsOf),
        { flags: '--body <json>', description: `The whole body: JSON, ${FILE}. Other options go over it.` },
        {
          flags: '--set <path=value...>',
          description: 'One value of the body, at any depth: --set retry.jitter=0.2',
        },
      ];

/** The query from options. */
export async function queryFrom(io: Io, { query }: OperationInfo, options: Values): Promise<Values> {
  return collected(io, query, options);
}

/**
 * The body from options; undefined when none of them is given.
 * @throws UsageError where what is needed is missing
 */
export async function bodyFrom(io: Io, { body, query }: OperationInfo, options: Values): Promise<unknown> {
  if (body === undefined) return undefined;
  const whole = typeof options.body === 'string' ? await jsonOf(io, options.body, '--body') : undefined;
  const fields = await collected(
    io,
    body.fields.filter(({ name }) => !query.some((one) => one.name === name)),
    options,
  );
  const set = (options.set as readonly string[] | undefined) ?? [];
  if (Object.keys(fields).length === 0) return set.reduce(withSet, whole);
  if (whole !== undefined && (typeof whole !== 'object' || whole === null || Array.isArray(whole)))
    throw new UsageError('--body: expected an object, since other options go over it');
  return set.reduce(withSet, { ...whole, ...fields });
}

async function collected(
  io: Io,
  fields: readonly Field[],
  options: Values,
): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const field of fields) {
    const given = options[field.name];
    if (given !== undefined) found[field.name] = await typedValue(io, field, given);
  }
  return found;
}

async function typedValue(io: Io, { name, type }: Field, given: unknown): Promise<unknown> {
  const option = `--${kebab(name)}`;
  switch (type) {
    case 'boolean':
      return given;
    case 'texts':
      return (given as readonly string[]).flatMap((one) => one.split(',')).map((one) => one.trim());
    case 'number':
      return numberOf(option, given as string);
    case 'time':
      return timeOf(given as string, io.now(), /^(expires|until)/.test(name) ? 1 : -1);
    case 'json':
      return jsonField(io, option, given as string);
    case 'text':
      return given === '-' || (given as string).startsWith('@')
        ? (await bytesOf(io, given as string)).toString('utf8').replace(/\n$/, '')
        : given;
  }
}

/** JSON, or a name that stands for some, such as `--retry steady`. */
async function jsonField(io: Io, option: string, text: string): Promise<unknown> {
  const isWritten = /^\s*[[{"@]/.test(text) || text === '-';
  return isWritten ? jsonOf(io, text, option) : looseValue(text);
}

function numberOf(option: string, text: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new UsageError(`${option}: expected a number, got ${JSON.stringify(text)}`);
}
