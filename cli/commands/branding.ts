import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { ArgsOf, Schemas } from '../../client/index.ts';
import type { Command, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../failure.ts';
import { field } from '../output/columns.ts';
import type { Column } from '../output/value.ts';
import { OPERATION_INFO } from '../routes/operation-info.ts';
import { bodyFrom, bodyOptions } from '../routes/route-options.ts';
import type { Row } from '../routes/row.ts';

type Branding = Schemas['Branding'];

const RECORD: readonly Column[] = [
  field('name'),
  field('accent'),
  field('corner radius', 'cornerRadius'),
  field(
    'logo',
    ({ logo }: Branding) =>
      logo &&
      `${logo.slice('data:'.length, logo.indexOf(';'))}, ${Math.ceil((logo.length * 3) / 4 / 1024)} KB`,
  ),
];

async function show({ out }: Context, branding: Branding): Promise<void> {
  if (Object.keys(branding).length === 0)
    out.note('The portal has no look of its own. `posthorn branding set` gives it one.');
  else await out.record(RECORD, branding);
}

const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
};

/** A picture as the API takes it. @throws UsageError for a file that is no picture */
async function logoOf(cwd: string, text: string): Promise<string> {
  if (text.startsWith('data:')) return text;
  const path = text.replace(/^@/, '');
  const type = TYPES[extname(path).toLowerCase()];
  if (type === undefined)
    throw new UsageError(
      `--logo: expected a file ${Object.keys(TYPES).join(', ')}, got ${JSON.stringify(path)}`,
    );
  return `data:${type};base64,${(await readFile(resolve(cwd, path))).toString('base64')}`;
}

export const brandingRows: readonly Row[] = [
  { words: 'branding get', operation: 'getBranding', examples: ['posthorn branding get'], show },
];

const info = OPERATION_INFO.putBranding;

const setBranding: Command = {
  words: 'branding set',
  summary: 'Set how the portal looks.',
  description: 'What is not given stays as it is. With --replace it gets its default.',
  options: [
    { flags: '--replace', description: 'Write it as a whole.' },
    ...bodyOptions(info).map((one) =>
      one.flags.startsWith('--logo ')
        ? { flags: '--logo <file>', description: 'A PNG, JPEG, WebP or SVG picture.' }
        : one,
    ),
  ],
  examples: [
    "posthorn branding set --name 'Acme webhooks' --accent '#3b4cca' --logo acme.svg",
    ['posthorn branding set --replace --name Acme', 'and nothing else'],
  ],
  covers: ['putBranding'],
  run: set,
};

async function set(context: Context, _: Values, options: Values): Promise<undefined> {
  const { io, out } = context;
  const { logo, ...others } = options;
  const given = (await bodyFrom(io, info, others)) as Branding | undefined;
  const withLogo = typeof logo === 'string' ? { ...given, logo: await logoOf(io.cwd, logo) } : given;
  if (withLogo === undefined && options.replace !== true)
    throw new UsageError('expected what to set: --name, --accent, --logo, --corner-radius, or --replace');
  const api = await context.api();
  const { signal } = io;
  // What is there is read for its fields, and written back only if nobody has changed it meanwhile.
  const { data, response } = await api.getBranding({}, { signal }).withResponse();
  const before = options.replace === true ? {} : data;
  const ifMatch = response.headers.get('etag') ?? undefined;
  const branding = await api.putBranding({ body: { ...before, ...withLogo } } as ArgsOf<'putBranding'>, {
    signal,
    ifMatch,
  });
  if (out.isJson) await out.json(branding);
  else await show(context, branding);
}

export const brandingCommands = [setBranding];
