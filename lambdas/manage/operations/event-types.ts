import {
  type EventTypeSettings,
  type EventTypeView,
  eventTypeSettings,
  MAX_JSON_BYTES,
} from '../../api/event-types.ts';
import type { ROUTES } from '../../api/routes.ts';
import { entriesOf } from '../../catalogue/changelog.ts';
import type { EventType } from '../../config/entities.ts';
import { frameOf, type Maker } from '../../config/maker.ts';
import { eventTypeProblem } from '../../events/event-type.ts';
import { ApiError, invalid } from '../../http/errors.ts';
import {
  OPERATIONAL_DESCRIPTIONS,
  type OperationalDescription,
} from '../../notifications/operational-schemas.ts';
import { mergePatch } from '../../values/merge-patch.ts';
import type { ManageDeps } from '../deps.ts';
import { pageAnswer, pageOf } from '../lists/page.ts';
import type { Operation } from '../operation.ts';
import { fieldOf } from '../problems.ts';
import { checked } from '../request.ts';
import { notifyOfChange, notifyOfDeletion, withChange } from './schema-changes.ts';

type Routes = typeof ROUTES;

/** An event type by its settings. @throws ApiError when its schema can't be used. @param previous undefined for a new one */
async function eventTypeFrom(
  name: string,
  settings: EventTypeSettings,
  make: Maker,
  previous?: EventType,
): Promise<EventType> {
  const { schema, sample, description, metadata, version = '1', deprecated = false } = settings;
  return {
    id: name,
    description,
    metadata,
    schema: schema === undefined ? undefined : await schemaText(schema, sample),
    sample: sample === undefined ? undefined : jsonText(sample, 'sample'),
    version,
    deprecated,
    changelog: previous?.changelog,
    ...frameOf(make, previous),
  };
}

interface Changing {
  readonly make: Maker;
  readonly query: { readonly allowBreaking?: 'true' | 'false' | undefined };
}

/** What another becomes by its new settings. @throws ApiError if they break readers who were not told */
async function changed(previous: EventType, settings: EventTypeSettings, call: Changing): Promise<EventType> {
  const next = await eventTypeFrom(previous.id, settings, call.make, previous);
  return withChange(previous, next, call.make.at, call.query.allowBreaking === 'true');
}

/** @throws ApiError when a schema can't be used, or its own sample does not fit */
async function schemaText(
  schema: NonNullable<EventTypeSettings['schema']>,
  sample: unknown,
): Promise<string> {
  const text = jsonText(schema, 'schema');
  // The validator is loaded by the first schema, not by every cold start.
  const { check, compileSchema, schemaProblem } = await import('../../publishing/json-schema.ts');
  const problem = schemaProblem(schema);
  if (problem) throw invalid(problem, 'schema');
  const misfit = sample === undefined ? undefined : check(compileSchema(schema), sample);
  if (misfit) throw invalid(misfit.message, fieldOf(['sample', ...misfit.path]));
  return text;
}

function jsonText(value: unknown, field: string): string {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) <= MAX_JSON_BYTES) return text;
  throw invalid(`expected at most ${MAX_JSON_BYTES} bytes of JSON`, field);
}

export const settingsOf = ({
  description,
  metadata,
  schema,
  sample,
  version,
  deprecated,
}: EventType): EventTypeSettings => ({
  ...(description !== undefined && { description }),
  ...(metadata && { metadata }),
  ...(schema !== undefined && { schema: JSON.parse(schema) }),
  ...(sample !== undefined && { sample: JSON.parse(sample) }),
  version,
  deprecated,
});

const viewOf = (type: EventType): EventTypeView => ({
  name: type.id,
  ...settingsOf(type),
  version: type.version,
  deprecated: type.deprecated,
  createdAt: type.createdAt,
  updatedAt: type.updatedAt,
});

const shown = (type: EventType) => ({ status: 200, body: viewOf(type), revision: type.revision }) as const;

export const createEventType: Operation<Routes['createEventType']> = async (deps, { tenant, body, make }) => {
  const { name, ...settings } = body;
  await deps.eventTypes.refuseBeyondLimit(tenant, name);
  const made = await eventTypeFrom(name, settings, make);
  await add(deps, tenant, made, () => {
    throw new ApiError(
      409,
      'conflict',
      'there is an event type of that name; change it with PUT or PATCH',
      'name',
    );
  });
  return { ...shown(made), status: 201 };
};

type Deps = Pick<ManageDeps, 'eventTypes'>;

/** Stores a new event type. @param otherwise called when another request has made one of this name */
async function add(
  { eventTypes }: Deps,
  tenant: string,
  made: EventType,
  otherwise: () => void,
): Promise<void> {
  const stored = await eventTypes.add(tenant, made);
  if (stored.createdAt !== made.createdAt) otherwise();
}

export const listEventTypes: Operation<Routes['listEventTypes']> = async (
  { eventTypes },
  { tenant, query },
) => {
  const page = pageOf(query, (cursor) => eventTypeProblem(cursor) === undefined);
  const found = await eventTypes.list(tenant, { limit: page.limit, after: page.cursor });
  return pageAnswer(
    found.map((type) => ({ view: viewOf(type), cursor: type.id })),
    page,
  );
};

export const getEventType: Operation<Routes['getEventType']> = async ({ eventTypes }, { tenant, id }) =>
  shown(await eventTypes.existing(tenant, id));

export const getEventTypeChanges: Operation<Routes['getEventTypeChanges']> = async (
  { eventTypes },
  { tenant, id },
) => {
  const { version, changelog } = await eventTypes.existing(tenant, id);
  const items = entriesOf(changelog).map((entry) => ({ ...entry, changes: [...entry.changes] }));
  return { status: 200, body: { name: id, version, items } };
};

export const patchEventType: Operation<Routes['patchEventType']> = async (deps, call) => {
  const { tenant, id, ifMatch, make, body } = call;
  const next = await deps.eventTypes.change(tenant, id, ifMatch, make.at, (current) =>
    changed(current, checked(eventTypeSettings, mergePatch(settingsOf(current), body)), call),
  );
  await notifyOfChange(deps, call, next);
  return shown(next);
};

export const putEventType: Operation<Routes['putEventType']> = async (deps, call) => {
  const { eventTypes } = deps;
  const { tenant, id, ifMatch, make, body, request } = call;
  const problem = eventTypeProblem(id);
  if (problem) throw invalid(problem, 'name');
  const isNew = request.headers['if-match'] === undefined && !(await eventTypes.find(tenant, id));
  if (!isNew) {
    const edit = (current: EventType) => changed(current, body, call);
    const next = await eventTypes.change(tenant, id, ifMatch, make.at, edit);
    await notifyOfChange(deps, call, next);
    return shown(next);
  }
  await eventTypes.refuseBeyondLimit(tenant, id);
  const made = await eventTypeFrom(id, body, make);
  await add(deps, tenant, made, () => {
    throw new ApiError(
      409,
      'conflict',
      'another request has made it at the same time; please repeat the request',
    );
  });
  return { ...shown(made), status: 201 };
};

export const deleteEventType: Operation<Routes['deleteEventType']> = async (deps, call) => {
  const removed = await deps.eventTypes.remove(call.tenant, call.id, call.ifMatch);
  await notifyOfDeletion(deps, call, removed);
  return { status: 204 };
};

/** A payload that a test event of this type can carry. */
export async function sampleOf({ eventTypes }: Deps, tenant: string, name: string): Promise<unknown> {
  const type = await eventTypes.find(tenant, name);
  if (type?.sample !== undefined) return JSON.parse(type.sample);
  const own: Readonly<Record<string, OperationalDescription>> = OPERATIONAL_DESCRIPTIONS;
  return Object.hasOwn(own, name) ? own[name]!.sample : undefined;
}
