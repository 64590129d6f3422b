import { type ChangelogEntry, entriesOf, entryOf, withEntry } from '../../catalogue/changelog.ts';
import type { SchemaChange } from '../../catalogue/schema-change.ts';
import type { EventType } from '../../config/entities.ts';
import type { Maker } from '../../config/maker.ts';
import type { Caller } from '../../http/caller.ts';
import { ApiError } from '../../http/errors.ts';
import { eventTypeChanged } from '../../notifications/operational-events.ts';
import { errorFields, warn } from '../../platform/log.ts';
import { about } from '../../platform/log-fields.ts';
import type { ManageDeps } from '../deps.ts';

/** What a change of an event type's schema means for those who read its events. */

/**
 * Notes in a type's changelog what became of its schema.
 * @param at RFC 3339
 * @throws ApiError if it breaks readers, has no other version, and was not said to be meant
 */
export async function withChange(
  previous: EventType,
  next: EventType,
  at: string,
  isAllowed: boolean,
): Promise<EventType> {
  if (previous.schema === next.schema) return next;
  // Loaded by the first change of a schema, not by every cold start.
  const { changesOf } = await import('../../catalogue/compatibility/classify.ts');
  const changes = changesOf(parsed(previous.schema), parsed(next.schema));
  if (changes.length === 0) return next;
  const { version } = next;
  const entry = entryOf(changes, { at, version, previousVersion: previous.version });
  if (entry.compatibility === 'breaking' && version === previous.version && !isAllowed) {
    throw breaks(changes, version);
  }
  return { ...next, changelog: withEntry(previous.changelog, entry) };
}

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

function breaks(changes: readonly SchemaChange[], version: string): ApiError {
  const problems = changes
    .filter(({ effect }) => effect !== 'compatible')
    .map(({ path, message }) => ({
      field: 'schema',
      message: path === '' ? message : `${path}: ${message}`,
    }));
  const [first, ...others] = problems;
  const hint = `this breaks readers of version ${version}. Expected another version, or allowBreaking: true to say that it is meant`;
  const message = `${first!.message}; ${hint}`;
  return new ApiError(409, 'breaking_change', message, 'schema', [{ field: 'schema', message }, ...others]);
}

/** What a request has changed of a type's schema; undefined where nothing. @param at of the request */
export const changeAt = ({ changelog }: EventType, at: string): ChangelogEntry | undefined => {
  const [newest] = entriesOf(changelog);
  return newest?.at === at ? newest : undefined;
};

interface Told {
  readonly tenant: string;
  readonly caller: Caller;
  readonly make: Maker;
}

/** Tells subscribers what a request has changed of a schema, if anything. Never throws: the changelog has it. */
export async function notifyOfChange(
  deps: Pick<ManageDeps, 'notifier'>,
  call: Told,
  type: EventType,
): Promise<void> {
  const entry = changeAt(type, call.make.at);
  if (entry) await notify(deps, call, type, entry);
}

/** The same of a type that has left the catalogue. What was made again under its name has no part in what was promised. */
export async function notifyOfDeletion(
  deps: Pick<ManageDeps, 'notifier'>,
  call: Told,
  type: EventType,
): Promise<void> {
  if (type.schema === undefined) return;
  const change: SchemaChange = {
    path: '',
    rule: 'type-deleted',
    effect: 'breaking',
    message: 'the event type is not described any more',
  };
  const { version } = type;
  await notify(deps, call, type, entryOf([change], { at: call.make.at, version, previousVersion: version }));
}

async function notify(
  { notifier }: Pick<ManageDeps, 'notifier'>,
  { tenant, caller }: Told,
  { id }: EventType,
  entry: ChangelogEntry,
): Promise<void> {
  try {
    await notifier.notifyTenant([
      eventTypeChanged({ tenant, eventType: id, entry, keepSeconds: caller.keepSeconds }),
    ]);
  } catch (error) {
    warn('tenant not notified', { ...about({ tenant }), ...errorFields(error) });
  }
}
