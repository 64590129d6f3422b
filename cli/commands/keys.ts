import type { Schemas } from '../../client/index.ts';
import type { Context } from '../context.ts';
import { CommandError } from '../failure.ts';
import { field, ID, MADE, NAME, time } from '../output/columns.ts';
import { safeText } from '../output/safe-text.ts';
import type { Row } from '../routes/row.ts';

const COLUMNS = [ID, NAME, field('scopes'), time('until', 'expiresAt'), time('last used', 'lastUsedAt')];

const RECORD = [...COLUMNS, field('begins with', 'prefix'), field('tenant', 'tenantId'), ...MADE];
const ID_ARG = 'key_01JC';

/**
 * The key alone is data: `export POSTHORN_KEY=$(posthorn keys create …)`.
 * @throws CommandError where an answer was lost, and with it the key: a script must not go on with an empty one
 */
export async function showOnce(
  { out }: Context,
  { key, id, name, scopes }: Schemas['CreatedKey'],
): Promise<void> {
  if (key === undefined)
    throw new CommandError(`the key ${id} is made, and the answer that had it was lost`, {
      hint: `\`posthorn keys rotate ${id} --overlap-hours 0\` makes another in its place.`,
    });
  await out.text(key);
  out.note(`The key ${id}, ${safeText(name)}, may ${scopes.join(', ')}. It is shown this once: keep it now.`);
}

export const keyRows: readonly Row[] = [
  {
    words: 'keys list',
    operation: 'listKeys',
    examples: ['posthorn keys list'],
    columns: COLUMNS,
    empty: 'There is no key yet. `posthorn keys create --name … --scopes publish` makes one.',
  },
  {
    words: 'keys get',
    operation: 'getKey',
    examples: [`posthorn keys get ${ID_ARG}`],
    columns: RECORD,
  },
  {
    words: 'keys create',
    operation: 'createKey',
    description: 'Prints the key, and nothing else, on stdout. It is shown this once.',
    examples: [
      'posthorn keys create --name Shop --scopes publish',
      ['posthorn keys create --name CI --scopes manage,read --expires-at 90d', 'that ends by itself'],
    ],
    show: showOnce,
  },
  {
    words: 'keys update',
    operation: 'patchKey',
    summary: 'Change a key’s name or its end.',
    description: '--set expiresAt=null takes the end away.',
    examples: [`posthorn keys update ${ID_ARG} --name Shop`],
    columns: RECORD,
  },
  {
    words: 'keys rotate',
    operation: 'rotateKey',
    description: 'Prints the new key, and nothing else, on stdout. The old one ends after --overlap-hours.',
    examples: [`posthorn keys rotate ${ID_ARG} --overlap-hours 24`],
    show: showOnce,
  },
  {
    words: 'keys delete',
    operation: 'deleteKey',
    summary: 'Revoke a key.',
    examples: [`posthorn keys delete ${ID_ARG} --yes`],
    asks: ({ id }) => `Revoke the key ${id}? What uses it is refused from then on.`,
    done: ({ id }) => `The key ${id} is revoked. Within a minute it is refused everywhere.`,
  },
];
