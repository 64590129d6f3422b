import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ENVIRONMENT_NAMES, LOCAL, settingsOf, settingsSchema } from '../../lib/settings/config.ts';
import { ROOT } from '../root.ts';
import { type Schema, typeOf } from './schema-rows.ts';
import type { SitePage } from './site-page.ts';
import { code, table } from './table.ts';

/** A member, or a schema of its own, with its comment, how deep its line is indented, and what it is. */
const MEMBER =
  /(?:^ *\/\*\*((?:[^*]|\*(?!\/))*)\*\/\n)?^( *)(?:(?:export )?const (\w+)Schema =|(\w+):)[ \n]*(\S*)/gm;

/** How what a schema has begins; what stands beside it are values. */
const IS_SCHEMA = /^(z\b|\w+Schema\b|[a-z]\w*\()/;

/**
 * What the comments of lib/settings say of each setting, by the end of its path: `floors.attempts`. What is written in several places
 * with different comments, or without one, is left out.
 */
function comments(): Map<string, string> {
  const found = new Map<string, Set<string>>();
  for (const path of globSync('lib/settings/**/*.ts', { cwd: ROOT }).sort()) {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const parents: { readonly indent: number; readonly name: string }[] = [];
    for (const [, comment = '', spaces = '', schema, member, value = ''] of text.matchAll(MEMBER)) {
      if (comment === '' && !IS_SCHEMA.test(value)) continue;
      while (parents.length > 0 && parents.at(-1)!.indent >= spaces.length) parents.pop();
      parents.push({ indent: spaces.length, name: schema ?? member! });
      const said = comment
        .replace(/\s*\n\s*\* ?/g, ' ')
        // A page of AWS's is for those who change the schema.
        .replace(/https:\S+/g, '')
        .trim();
      for (const [from] of parents.entries()) {
        const key = parents
          .slice(from)
          .map((one) => one.name)
          .join('.');
        found.set(key, (found.get(key) ?? new Set()).add(said));
      }
    }
  }
  const known = [...found].filter(([, said]) => said.size === 1);
  return new Map(known.map(([key, [said]]) => [key, said!]));
}

interface Setting {
  readonly path: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly says: string;
  readonly members: readonly Setting[];
}

function settingsIn(schema: Schema, said: ReadonlyMap<string, string>, prefix = ''): Setting[] {
  const inner = schema.items ?? schema;
  return Object.entries(inner.properties ?? {}).map(([name, of]) => {
    const path = `${prefix}${name}`;
    const names = ['settings', ...path.split('.')];
    const keys = names.map((_, from) => names.slice(from).join('.'));
    return {
      path,
      type: typeOf(of, {}),
      isOptional: !inner.required?.includes(name),
      says: keys.map((key) => said.get(key)).find((text) => text !== undefined) ?? '',
      members: settingsIn(of, said, `${path}.`),
    };
  });
}

const flat = (setting: Setting): Setting[] => setting.members.flatMap((one) => [one, ...flat(one)]);

/** The value in each environment of AWS, where it is a word or a number. */
function valuesOf(name: string): string {
  const values = ENVIRONMENT_NAMES.filter((environment) => environment !== LOCAL).flatMap((environment) => {
    const value = (settingsOf(environment) as Record<string, unknown>)[name];
    return value === undefined || typeof value === 'object' ? [] : [`${environment} ${code(String(value))}`];
  });
  return values.length === 0 ? '' : ` Now: ${values.join(', ')}.`;
}

export const SETTINGS_ROUTE = '/reference/settings';

/** What an environment can be told. */
export function settingsPage(): SitePage {
  const schema = z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }) as Schema;
  // What was replaced is refused with the name of what replaces it, and has no type.
  const settings = settingsIn(schema, comments()).filter(({ type }) => type !== 'anything');
  const parts = settings.map((setting) => {
    const { path, type, isOptional, says } = setting;
    const inner = flat(setting).map((one) => [
      `${code(one.path.slice(path.length + 1))}${one.isOptional ? ', optional' : ''}`,
      one.type,
      one.says,
    ]);
    const head = `## ${path}\n\n${type}${isOptional ? ', optional' : ''}.${valuesOf(path)} ${says}\n`;
    return inner.length > 0 ? `${head}\n${table(['member', 'type', 'what'], inner)}` : head;
  });
  const text = `# Settings

What an environment can be told, from its schema in \`lib/settings/config.ts\`, which holds the values of each
environment as well. A wrong value fails \`cdk synth\` with what was expected. [Deploying](/deploy) shows the usual ones.

${parts.join('\n')}`;
  return { route: SETTINGS_ROUTE, title: 'Settings', text };
}
