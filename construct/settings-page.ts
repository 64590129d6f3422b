/** Writes docs/settings.md, from the types of the props, their docstrings, and what the sizes have. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { awsSettingsOf } from '../lib/settings/config.ts';
import { type Member, type Shape, withShapes } from './shapes.ts';

const props = fileURLToPath(new URL('../lib/settings/props.ts', import.meta.url));

const SIZES = ['dev', 'staging', 'prod'] as const;

const HEAD = `<!-- Written by npm run settings, from lib/settings. -->

# Settings

All settings of an environment. In a clone they are in [lib/settings/config.ts](../lib/settings/config.ts), one object for each
environment; in [an app of your own](library.md) they are props, of which all but \`size\` may be left out. Each size then says what
holds. A wrong or unknown one is refused when templates are made, with its name and what was expected.

\`allowHttp\` and \`allowPrivateAddresses\` are not props: in AWS they are always \`false\`.
`;

/** @returns the page */
export function settingsPage(): string {
  const shape = withShapes((shapes) => shapes.shapeOf('PosthornProps', props));
  if (shape.kind !== 'object') throw new Error(`expected PosthornProps to be an object, got ${shape.kind}`);
  return [HEAD, ...shape.members.map(section)].join('\n');
}

function section(member: Member): string {
  const rows = rowsOf(member.shape, '');
  const table = [
    '| member | | what it is |',
    '| --- | --- | --- |',
    ...rows.map(({ path, type, doc }) => `| \`${path}\` | ${cell(type)} | ${cell(doc)} |`),
  ];
  return [
    `## ${member.name}\n`,
    `${inLine(member.doc)}\n`,
    `${[typeLine(member.shape), defaults(member.name)].filter(Boolean).join(' ')}\n`,
    ...(rows.length > 0 ? [`${table.join('\n')}\n`] : []),
  ].join('\n');
}

const typeLine = (shape: Shape): string => `Type: ${typeOf(shape)}.`;

/** A type in words and code. Members of objects have rows of their own. */
function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'plain':
      return `\`${shape.type.replaceAll('"', "'")}\``;
    case 'object':
      return 'an object';
    case 'list':
      return shape.of.kind === 'plain' ? `\`${listed(shape.of.type)}[]\`` : 'a list';
    case 'record':
      return 'an object, by names';
    case 'union':
      return shape.of.map(typeOf).join(' or ');
  }
}

const listed = (type: string): string => {
  const quoted = type.replaceAll('"', "'");
  return quoted.includes('|') ? `(${quoted})` : quoted;
};

interface Row {
  readonly path: string;
  readonly type: string;
  readonly doc: string;
}

/** Of all members within. \`[]\` stands for one of a list, \`*\` for a name. */
function rowsOf(shape: Shape, path: string): readonly Row[] {
  switch (shape.kind) {
    case 'plain':
      return [];
    case 'list':
      return rowsOf(shape.of, `${path}[]`);
    case 'record':
      return rowsOf(shape.of, path === '' ? '*' : `${path}.*`);
    case 'union':
      return unique(shape.of.flatMap((each) => rowsOf(each, path)));
    case 'object':
      return shape.members.flatMap(({ name, doc, shape: of, isOptional }) => {
        const here = path === '' ? name : `${path}.${name}`;
        const type = `${typeOf(of)}${isOptional ? '' : ', needed'}`;
        return [{ path: here, type, doc }, ...rowsOf(of, here)];
      });
  }
}

/** Kinds of one thing have members of the same name. The first says what it is. */
const unique = (rows: readonly Row[]): readonly Row[] =>
  rows.filter(({ path }, position) => rows.findIndex((each) => each.path === path) === position);

function defaults(name: string): string {
  const values = SIZES.map((size) => {
    const settings: Readonly<Record<string, unknown>> = awsSettingsOf(size);
    return JSON.stringify(settings[name]);
  });
  const [first] = values;
  if (values.every((each) => each === undefined)) return '';
  if (values.every((each) => each === first)) return `Default: \`${first}\`.`;
  return `Defaults: ${SIZES.map((size, i) => `${size} \`${values[i]}\``).join(', ')}.`;
}

/** Addresses stand in docstrings as they are. */
const inLine = (doc: string): string =>
  doc.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/(?<!`)(https:\/\/\S+)/g, '<$1>');
const cell = (text: string): string => inLine(text).replaceAll('|', '\\|');

if (import.meta.main) writeFileSync(new URL('../docs/settings.md', import.meta.url), settingsPage());
