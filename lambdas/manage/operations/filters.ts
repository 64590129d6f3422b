import { type FilterSettings, type FilterView, filterSettings } from '../../api/filters.ts';
import type { ROUTES } from '../../api/routes.ts';
import type { Filter } from '../../config/entities.ts';
import { frameOf, type Maker } from '../../config/maker.ts';
import { invalid } from '../../http/errors.ts';
import { explainMismatch } from '../../matching/filters/explain.ts';
import { whereOf } from '../../matching/filters/short-form.ts';
import { triedConditions } from '../../matching/filters/tried-conditions.ts';
import { ENGINES } from '../../matching/index/all-engines.ts';
import type { FilterParts } from '../../matching/language/filter.ts';
import { isObject, type JsonObject } from '../../values/json.ts';
import { mergePatch } from '../../values/merge-patch.ts';
import { removeUnbound } from '../bindings.ts';
import type { ManageDeps } from '../deps.ts';
import { cursorOf, idOfCursor, pageAnswer, pageOf } from '../lists/page.ts';
import type { Operation } from '../operation.ts';
import { checked } from '../request.ts';
import { madeWithIn, mismatchView } from '../views.ts';

type Routes = typeof ROUTES;

/** A filter by its settings. @param previous what it was before; undefined for a new one */
export const filterFrom = (
  settings: Omit<FilterSettings, 'events'> & Pick<Filter, 'events'>,
  make: Maker,
  previous?: Filter,
): Filter => ({
  id: previous?.id ?? make.id('flt'),
  name: settings.name,
  events: settings.events,
  where: whereOf(settings),
  jsonpath: settings.jsonpath,
  during: settings.during,
  description: settings.description,
  metadata: settings.metadata,
  active: settings.active ?? true,
  owner: previous?.owner,
  ...frameOf(make, previous),
});

/** The parts that a filter has. */
export const partsOf = ({ events, where, jsonpath, during }: FilterParts) => ({
  events: [...events],
  ...(where && { where }),
  ...(jsonpath !== undefined && { jsonpath }),
  ...(during && { during }),
});

/** What a patch of a filter's parts is merged into. Conditions in the short form replace all that there were. */
export function patchedParts(filter: FilterParts, { filters }: JsonObject): Partial<FilterParts> {
  const { where, ...others } = partsOf(filter);
  refuseNullsIn(filters);
  return filters === undefined && where ? { ...others, where } : others;
}

/** Patterns that a patch leaves out stay as they are stored: written anew, an earlier release's may mean something else. */
export const eventsLeft = ({ events }: FilterParts, patch: JsonObject): Partial<Pick<Filter, 'events'>> =>
  Object.hasOwn(patch, 'events') ? {} : { events };

/**
 * The short form replaces all conditions. A null in it looks like the removal of one of them (RFC 7396), but would remove
 * the others as well.
 */
function refuseNullsIn(filters: unknown): void {
  if (!isObject(filters)) return;
  const field = Object.keys(filters).find((name) => filters[name] === null);
  if (field === undefined) return;
  const message =
    'expected a value: filters says all conditions anew; to remove one, or to ask for null, use where';
  throw invalid(message, `filters.${field}`);
}

/** A filter's settings, as they are read and can be written back. */
export const filterSettingsOf = (filter: Filter) => ({
  ...(filter.name !== undefined && { name: filter.name }),
  ...partsOf(filter),
  ...(filter.description !== undefined && { description: filter.description }),
  ...(filter.metadata && { metadata: filter.metadata }),
  active: filter.active,
});

const viewOf = (filter: Filter): FilterView => ({
  id: filter.id,
  ...filterSettingsOf(filter),
  ...madeWithIn(filter),
  createdAt: filter.createdAt,
  updatedAt: filter.updatedAt,
});

const shown = (filter: Filter) => ({ status: 200, body: viewOf(filter), revision: filter.revision }) as const;

export const createFilter: Operation<Routes['createFilter']> = async (
  { filters },
  { tenant, body, make },
) => {
  const wanted = filterFrom(body, make);
  await filters.refuseBeyondLimit(tenant, wanted.id);
  const made = await filters.add(tenant, wanted);
  return { ...shown(made), status: 201 };
};

export const listFilters: Operation<Routes['listFilters']> = async ({ filters }, { tenant, query }) => {
  const page = pageOf(query);
  const found = await filters.list(tenant, { ...page, after: idOfCursor('flt', page.cursor) });
  return pageAnswer(
    found.map((filter) => ({ view: viewOf(filter), cursor: cursorOf('flt', filter.id) })),
    page,
  );
};

export const getFilter: Operation<Routes['getFilter']> = async ({ filters }, { tenant, id }) =>
  shown(await filters.existing(tenant, id));

export const patchFilter: Operation<Routes['patchFilter']> = async (
  { filters },
  { tenant, id, ifMatch, make, body },
) =>
  shown(
    await filters.change(tenant, id, ifMatch, make.at, (current) => {
      const { where: _, ...own } = filterSettingsOf(current);
      const before = { ...own, ...patchedParts(current, body) };
      const settings = checked(filterSettings, mergePatch(before, body));
      return filterFrom({ ...settings, ...eventsLeft(current, body) }, make, current);
    }),
  );

export const putFilter: Operation<Routes['putFilter']> = async (
  { filters },
  { tenant, id, ifMatch, make, body },
) => shown(await filters.change(tenant, id, ifMatch, make.at, (current) => filterFrom(body, make, current)));

export const deleteFilter: Operation<Routes['deleteFilter']> = async (deps, { tenant, id, ifMatch }) => {
  await removeUnbound(deps, tenant, 'filterId', id, ifMatch);
  return { status: 204 };
};

/** Matches one event, with fanout's own code. */
export const testFilter: Operation<Routes['testFilter']> = async (deps, { tenant, body, make }) => {
  const filter =
    'id' in body.filter
      ? await namedFilter(deps, tenant, body.filter.id)
      : { ...body.filter, where: whereOf(body.filter) };
  const { at = make.at, priority = 'normal', ...event } = body.event;
  const envelope = { ...event, priority, at: Date.parse(at) };
  const mismatch = explainMismatch(filter, envelope, ENGINES);
  const conditions = body.explain && { conditions: triedConditions(filter, envelope, ENGINES) };
  if (!mismatch) return { status: 200, body: { matches: true, ...conditions } };
  return { status: 200, body: { matches: false, reason: mismatchView(mismatch), ...conditions } };
};

/** A filter that a body names. @throws ApiError when there is none */
export async function namedFilter(
  { filters }: Pick<ManageDeps, 'filters'>,
  tenant: string,
  id: string,
): Promise<Filter> {
  const found = await filters.find(tenant, id);
  if (!found) throw invalid('no such filter', 'filter.id');
  return found;
}
