import { isBreaking, type SchemaChange } from './schema-change.ts';

/** What became of the schema of an event type's payloads. It is kept with the type, as JSON text. Pure. */
export interface ChangelogEntry {
  /** RFC 3339. */
  readonly at: string;
  /** The type's version from then on. */
  readonly version: string;
  /** There where it was another before. */
  readonly previousVersion?: string | undefined;
  readonly compatibility: (typeof COMPATIBILITIES)[number];
  /** The first of them, the breaking ones before the others. */
  readonly changes: readonly SchemaChange[];
  /** How many more there were. */
  readonly more?: number | undefined;
}

export const COMPATIBILITIES = ['compatible', 'breaking'] as const;

/** A person reads no more of one change. */
const MOST_CHANGES = 20;
/** Years, of a schema that changes every month. */
const MOST_ENTRIES = 50;
/** With schema and sample of 64 KiB each, a type stays well below DynamoDB's 400 KB. */
const MOST_BYTES = 64 * 1024;

/** @param changes at least one */
export function entryOf(
  changes: readonly SchemaChange[],
  { at, version, previousVersion }: Pick<ChangelogEntry, 'at' | 'version' | 'previousVersion'>,
): ChangelogEntry {
  const more = changes.length - MOST_CHANGES;
  return {
    at,
    version,
    ...(previousVersion !== version && { previousVersion }),
    compatibility: isBreaking(changes) ? 'breaking' : 'compatible',
    changes: changes.slice(0, MOST_CHANGES),
    ...(more > 0 && { more }),
  };
}

/** The entries of a changelog, the newest first. @param text undefined for a type that has not changed */
export const entriesOf = (text: string | undefined): readonly ChangelogEntry[] =>
  text === undefined ? [] : (JSON.parse(text) as ChangelogEntry[]);

/** A changelog with one entry more; the oldest give way. */
export function withEntry(text: string | undefined, entry: ChangelogEntry): string {
  const entries = [entry, ...entriesOf(text)].slice(0, MOST_ENTRIES);
  const sizes = entries.map((one) => Buffer.byteLength(JSON.stringify(one)) + 1);
  const upTo = (end: number): number => sizes.slice(0, end).reduce((sum, size) => sum + size, 0);
  return JSON.stringify(entries.filter((_, at) => at === 0 || upTo(at + 1) <= MOST_BYTES));
}
