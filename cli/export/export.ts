import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Document, isMap, isNode, type Node } from 'yaml';
import { readExisting } from '../apply/existing.ts';
import { NAME } from '../apply/label.ts';
import type { Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandError, UsageError } from '../failure.ts';
import { type Exported, exported } from './configuration.ts';

/** `posthorn export`: writes the file that `apply` reads. */
export async function exportConfiguration(context: Context, _: Values, options: Values): Promise<ExitCode> {
  const { io, out } = context;
  const label = options.label as string | undefined;
  const name = (options.name as string | undefined) ?? label ?? 'exported';
  if (label !== undefined && options.name !== undefined && label !== name)
    throw new UsageError('expected either --label or --name: what is marked is found by that name');
  if (!NAME.test(name))
    throw new UsageError(`expected a name of letters, digits and . _ -, got ${JSON.stringify(name)}`);
  const api = await context.api();
  const existing = await readExisting(api, io.signal);
  const isPortable = options.portable === true;
  const made = exported(existing, { name, isLabelled: label !== undefined, isPortable });
  if (label !== undefined && Object.keys(made.configuration).length === 1)
    throw new CommandError(`nothing is marked as made by ${label}`, {
      code: EXIT.notFound,
      hint: 'Without --label everything is exported.',
    });
  const text = out.isJson ? `${JSON.stringify(made.configuration, undefined, 2)}\n` : yamlOf(made);
  const path = options.output as string | undefined;
  if (path === undefined) await out.raw(text);
  else {
    await writeFile(resolve(io.cwd, path), text);
    out.note(`Written to ${path}. \`posthorn apply -f ${path}\` reads it.`);
  }
  return EXIT.ok;
}

/** Values as they are: no line is folded, nothing is abbreviated, so that a change shows where it is. */
export function yamlOf({ configuration, remarks }: Exported): string {
  const document = new Document(configuration, { aliasDuplicateObjects: false });
  document.commentBefore = ' What there is, as `posthorn apply -f` takes it.';
  for (const { path, text } of remarks) {
    const parent = document.getIn(path.slice(0, -1), true);
    if (!isMap(parent)) continue;
    const pair = parent.items.find(({ key }) => isNode(key) && String(key) === path.at(-1));
    const key = pair?.key as Node | undefined;
    if (key) key.commentBefore = [key.commentBefore, ` ${text}`].filter(Boolean).join('\n');
  }
  return document.toString({ lineWidth: 0 });
}
