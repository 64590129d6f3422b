import type { JsonObject } from '../../lambdas/values/json.ts';
import { type Existing, idOf, type View } from '../apply/existing.ts';
import { labelOf } from '../apply/label.ts';
import type { Path } from '../files/problem.ts';
import { keysOf } from './keys.ts';
import { eventTypeSettings, filterSettings, subscriptionSettings, targetSettings } from './settings.ts';

/** A configuration of what there is. Pure. */

export interface ExportOptions {
  /** Of the configuration. */
  readonly name: string;
  /** Only what the configuration of that name has made. */
  readonly isLabelled: boolean;
  /** For another tenant: without ids, and with the values of headers from the environment. */
  readonly isPortable: boolean;
}

/** What is to be said of a value, beside it. */
interface Remark {
  readonly path: Path;
  readonly text: string;
}

export interface Exported {
  readonly configuration: JsonObject;
  readonly remarks: readonly Remark[];
}

const byKey = (entries: readonly (readonly [string, JsonObject])[]): JsonObject =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

export function exported(existing: Existing, options: ExportOptions): Exported {
  const { name, isLabelled, isPortable } = options;
  const isMeant = (view: View): boolean => !isLabelled || labelOf(view)?.name === name;
  const users = new Map<string, number>();
  for (const { targetId, filterId } of existing.subscriptions) {
    for (const id of [targetId, filterId]) users.set(id, (users.get(id) ?? 0) + 1);
  }
  const subscriptions = existing.subscriptions.filter(isMeant);
  const named = new Set(subscriptions.map(({ id }) => id));
  /** What goes with a subscription stands in it, unless another one binds it too. */
  const isInner = (view: View<'targets'> | View<'filters'>): boolean =>
    view.subscriptionId !== undefined && named.has(view.subscriptionId) && users.get(view.id) === 1;
  const targets = existing.targets.filter((view) => isMeant(view) && !isInner(view));
  const filters = existing.filters.filter((view) => isMeant(view) && !isInner(view));
  const keys = [targets, filters, subscriptions].map((views) => keysOf(views, name));
  const keyOf = (view: View | undefined): string | undefined =>
    view && keys.map((some) => some.get(view)).find((key) => key !== undefined);
  const targetById = new Map(existing.targets.map((view) => [view.id, view]));
  const filterById = new Map(existing.filters.map((view) => [view.id, view]));
  const remarks: Remark[] = [];

  /** Found by its mark, what this configuration has made needs no id. */
  const idIn = (view: View): JsonObject =>
    isPortable || (isLabelled && labelOf(view)?.name === name) ? {} : { id: idOf(view) };
  const hidden = (settings: JsonObject, key: string, path: Path): JsonObject =>
    withoutSecrets(settings, { key, path, isPortable, remarks });

  const ofSubscription = (view: View<'subscriptions'>): JsonObject => {
    const key = keyOf(view)!;
    const path = ['subscriptions', key];
    return {
      ...idIn(view),
      ...subscriptionSettings(view),
      ...boundTarget(view, key, path),
      ...boundFilter(view),
    };
  };
  const boundTarget = ({ targetId, id }: View<'subscriptions'>, key: string, path: Path): JsonObject => {
    const target = targetById.get(targetId);
    if (!target || !(target.subscriptionId === id && isInner(target)))
      return refTo('target', target, targetId);
    const settings = targetSettings(target);
    return hasNotes(settings)
      ? { target: hidden(settings, key, [...path, 'target']) }
      : hidden(settings, key, path);
  };
  const boundFilter = ({ filterId, id }: View<'subscriptions'>): JsonObject => {
    const filter = filterById.get(filterId);
    if (!filter || !(filter.subscriptionId === id && isInner(filter)))
      return refTo('filter', filter, filterId);
    const settings = filterSettings(filter);
    return hasNotes(settings) ? { filter: settings } : settings;
  };
  const refTo = (what: 'target' | 'filter', view: View | undefined, id: string): JsonObject => {
    const key = keyOf(view);
    return key === undefined ? { [`${what}Id`]: id } : { [what]: key };
  };

  const sections = {
    eventTypes: byKey(
      existing.eventTypes.filter(isMeant).map((view) => [view.name, eventTypeSettings(view)]),
    ),
    filters: byKey(filters.map((view) => [keyOf(view)!, { ...idIn(view), ...filterSettings(view) }])),
    targets: byKey(
      targets.map((view) => {
        const key = keyOf(view)!;
        return [key, { ...idIn(view), ...hidden(targetSettings(view), key, ['targets', key]) }];
      }),
    ),
    subscriptions: byKey(subscriptions.map((view) => [keyOf(view)!, ofSubscription(view)])),
  };
  const full = Object.entries(sections).filter(([, section]) => Object.keys(section).length > 0);
  return { configuration: { name, ...Object.fromEntries(full) }, remarks };
}

/** Notes of its own would be taken for those of the subscription. */
const hasNotes = (settings: JsonObject): boolean =>
  ['name', 'description', 'metadata', 'active'].some((member) => member in settings);

interface Hiding {
  readonly key: string;
  readonly path: Path;
  readonly isPortable: boolean;
  readonly remarks: Remark[];
}

/** A name of the environment for a value of a target. */
const variable = (...parts: readonly string[]): string =>
  parts
    .join('_')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_');

/** No value of a header can be read, and no secret is. */
function withoutSecrets(settings: JsonObject, { key, path, isPortable, remarks }: Hiding): JsonObject {
  const { url } = settings as { readonly url?: string };
  if (url !== undefined) {
    remarks.push({
      path: [...path, 'url'],
      text: `secret: { fromEnv: ${variable(key, 'secret')} } goes here; without it a new target gets a new one`,
    });
  }
  if (url?.endsWith('?[hidden]')) {
    remarks.push({ path: [...path, 'url'], text: 'this key may not see the query; [hidden] keeps it' });
  }
  const { headers } = settings as { readonly headers?: Readonly<Record<string, string>> };
  if (!headers) return settings;
  if (!isPortable) {
    const text = '[hidden] keeps the value that the target has; a text or { fromEnv: NAME } replaces it';
    remarks.push({ path: [...path, 'headers'], text });
    return settings;
  }
  const values = Object.keys(headers).map((name) => [name, { fromEnv: variable(key, name) }]);
  return { ...settings, headers: Object.fromEntries(values) };
}
