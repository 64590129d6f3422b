import type { Schemas } from '../../client/index.ts';
import type { Context } from '../context.ts';
import type { Colours } from '../output/colours.ts';
import { field, time } from '../output/columns.ts';
import { safeText } from '../output/safe-text.ts';

/** What becomes of an event type's schema, for people. */

export type SchemaChange = Schemas['JudgedSchemaChange'];
type Changelog = Schemas['EventTypeChanges'];
type One = SchemaChange['changes'][number];

const whatOf = ({ path, message }: One): string => safeText(path === '' ? message : `${path}: ${message}`);

/** A line for each change, the breaking ones marked. */
export function schemaChangeLines(change: SchemaChange | undefined, colours: Colours): string[] {
  if (!change) return [];
  const paint = { breaking: colours.red, unclear: colours.red, compatible: colours.green };
  const lines = change.changes.map((one) => `    ${paint[one.effect](one.effect)} ${whatOf(one)}`);
  return change.more === undefined ? lines : [...lines, `    and ${change.more} more`];
}

const COLUMNS = [time('changed', 'at'), field('version'), field('effect'), field('change')];

/** The changelog of a schema: a row for each change, the newest first. */
export async function showChangelog({ out }: Context, { items }: Changelog): Promise<void> {
  const rows = items.flatMap(({ at, version, previousVersion, changes, more }) => {
    const versions = previousVersion === undefined ? version : `${previousVersion} → ${version}`;
    const each = changes.map((one) => ({ at, version: versions, effect: one.effect, change: whatOf(one) }));
    return more === undefined ? each : [...each, { at, version: versions, change: `and ${more} more` }];
  });
  await out.rows(COLUMNS, rows, 'The schema is as it was when the type was described.');
}
