import type { ArgsOf, Schemas } from '../../client/index.ts';
import type { Command, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { CommandError } from '../failure.ts';
import { field, ID, NAME, time, timeText } from '../output/columns.ts';
import { consoleUrl } from '../profiles/console-url.ts';
import { OPERATION_INFO } from '../routes/operation-info.ts';
import { bodyFrom, bodyOptions } from '../routes/route-options.ts';
import type { Row } from '../routes/row.ts';

const info = OPERATION_INFO.createPortalToken;

const portalLink: Command = {
  words: 'portal-link',
  summary: 'Make a link with which a customer sees their own webhooks.',
  description:
    'Makes a portal token, and prints the link that opens the portal with it. Whoever has the link is that customer until it ends: an hour, unless --expires-in-seconds says otherwise.',
  options: [
    { flags: '--console <url>', description: 'Where the console is, if the profile does not know it.' },
    ...bodyOptions(info),
  ],
  examples: [
    'posthorn portal-link --name Jane --scopes read',
    ['posthorn portal-link --target-ids tgt_01JC --scopes manage', 'for one endpoint alone'],
  ],
  covers: ['createPortalToken'],
  run: makeLink,
};

async function makeLink(context: Context, _: Values, options: Values): Promise<undefined> {
  const { io, out } = context;
  const body = await bodyFrom(io, info, options);
  // Where the portal is has to be known before a token is made that nobody could use.
  const url = await consoleUrl(context, options.console as string | undefined);
  const api = await context.api();
  const made = (await api.createPortalToken(
    (body === undefined ? {} : { body }) as ArgsOf<'createPortalToken'>,
    { signal: io.signal },
  )) as Schemas['CreatedPortalToken'];
  const link = `${url}/portal/#token=${tokenOf(made)}`;
  if (out.isJson) return void (await out.json({ ...made, link }));
  await out.text(link);
  out.note(
    `It opens the portal until ${timeText(made.expiresAt)}, and is shown this once. \`posthorn portal-tokens revoke ${made.id}\` ends it.`,
  );
}

/** @throws CommandError where an answer was lost, and with it the token */
export function tokenOf({ id, token }: Schemas['CreatedPortalToken']): string {
  if (token !== undefined) return token;
  throw new CommandError(`the portal token ${id} is made, and the answer that had it was lost`, {
    hint: `\`posthorn portal-tokens revoke ${id}\` ends it. Then make another.`,
  });
}

export const portalCommands = [portalLink];

const COLUMNS = [
  ID,
  NAME,
  field('scopes'),
  field('targets', ({ targetIds }: Schemas['PortalToken']) => targetIds ?? 'all'),
  time('until', 'expiresAt'),
];

export const portalTokenRows: readonly Row[] = [
  {
    words: 'portal-tokens list',
    operation: 'listPortalTokens',
    examples: ['posthorn portal-tokens list'],
    columns: COLUMNS,
    empty: 'No portal token is valid. `posthorn portal-link` makes one.',
  },
  {
    words: 'portal-tokens get',
    operation: 'getPortalToken',
    examples: ['posthorn portal-tokens get ptk_01JC'],
    columns: [...COLUMNS, field('made by', 'madeBy'), time('created', 'createdAt')],
  },
  {
    words: 'portal-tokens create',
    operation: 'createPortalToken',
    description:
      'Prints the token, and nothing else, on stdout. `posthorn portal-link` prints the whole link.',
    examples: ['posthorn portal-tokens create --scopes read --expires-in-seconds 600'],
    show: async ({ out }, made: Schemas['CreatedPortalToken']) => out.text(tokenOf(made)),
    note: ({ id, expiresAt }: Schemas['CreatedPortalToken']) =>
      `The token ${id} is shown this once, and ends at ${timeText(expiresAt)}.`,
  },
  {
    words: 'portal-tokens revoke',
    operation: 'deletePortalToken',
    examples: ['posthorn portal-tokens revoke ptk_01JC --yes'],
    asks: ({ id }) => `Revoke the portal token ${id}? Whoever uses it is signed out.`,
    done: ({ id }) => `The portal token ${id} is revoked. Within a minute it is refused everywhere.`,
  },
];
