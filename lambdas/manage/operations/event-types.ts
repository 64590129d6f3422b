import {
  type EventTypeSettings,
  type EventTypeView,
  eventTypeSettings,
  MAX_JSON_BYTES,
} from '../../api/event-types.ts';
import type { ROUTES } from '../../api/routes.ts';
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
    ...frameOf(make, previous),
  };
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

export const patchEventType: Operation<Routes['patchEventType']> = async (
  { eventTypes },
  { tenant, id, ifMatch, make, body },
) =>
  shown(
    await eventTypes.change(tenant, id, ifMatch, make.at, (current) =>
      eventTypeFrom(id, checked(eventTypeSettings, mergePatch(settingsOf(current), body)), make, current),
    ),
  );

export const putEventType: Operation<Routes['putEventType']> = async (
  deps,
  { tenant, id, ifMatch, make, body, request },
) => {
  const { eventTypes } = deps;
  const problem = eventTypeProblem(id);
  if (problem) throw invalid(problem, 'name');
  const isNew = request.headers['if-match'] === undefined && !(await eventTypes.find(tenant, id));
  if (!isNew) {
    const edit = (current: EventType) => eventTypeFrom(id, body, make, current);
    return shown(await eventTypes.change(tenant, id, ifMatch, make.at, edit));
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

export const deleteEventType: Operation<Routes['deleteEventType']> = async (
  { eventTypes },
  { tenant, id, ifMatch },
) => {
  await eventTypes.remove(tenant, id, ifMatch);
  return { status: 204 };
};

/** A payload that a test event of this type can carry. */
export async function sampleOf({ eventTypes }: Deps, tenant: string, name: string): Promise<unknown> {
  const type = await eventTypes.find(tenant, name);
  if (type?.sample !== undefined) return JSON.parse(type.sample);
  const own: Readonly<Record<string, OperationalDescription>> = OPERATIONAL_DESCRIPTIONS;
  return Object.hasOwn(own, name) ? own[name]!.sample : undefined;
}
