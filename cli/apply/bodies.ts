import { isObject, type JsonObject } from '../../lambdas/values/json.ts';
import type { Path, Problem } from '../files/problem.ts';
import { type Entry, problemAt, type Ref } from './declared.ts';
import { KIND_MEMBERS } from './kind-members.ts';
import { LABEL, labelOf, labelText } from './label.ts';
import type { Match } from './matched.ts';

/** Entries as the API takes them. Pure. */

export type Env = Readonly<Record<string, string | undefined>>;

/** Settings with the values that stand in the environment. @param problems gets those that do not */
export function withEnv(entry: Entry, env: Env, problems: Problem[]): Entry {
  const put = (value: unknown, path: Path): unknown => {
    if (!isObject(value)) return value;
    const name = value.fromEnv;
    const found = typeof name === 'string' ? env[name] : undefined;
    if (found !== undefined && found !== '') return found;
    const message =
      typeof name === 'string'
        ? `expected the environment variable ${name}, which is not set`
        : 'expected { fromEnv: NAME }';
    problems.push(problemAt(entry.source, path, message));
    return '';
  };
  const each = (values: unknown, path: Path): unknown =>
    isObject(values)
      ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, put(value, [...path, name])]))
      : values;
  /** Values may stand anywhere in the settings of a kind. */
  const within = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((one, i) => within(one, [...path, String(i)]));
    if (!isObject(value)) return value;
    if ('fromEnv' in value) return put(value, path);
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, within(inner, [...path, name])]),
    );
  };
  const ofKind = (settings: JsonObject, path: Path): JsonObject =>
    Object.fromEntries(
      KIND_MEMBERS.filter((kind) => kind in settings).map((kind) => [
        kind,
        within(settings[kind], [...path, kind]),
      ]),
    );
  const ofTarget = (settings: JsonObject, path: Path): JsonObject => ({
    ...settings,
    ...ofKind(settings, path),
    ...('url' in settings && { url: put(settings.url, [...path, 'url']) }),
    ...('secret' in settings && { secret: put(settings.secret, [...path, 'secret']) }),
    ...('headers' in settings && { headers: each(settings.headers, [...path, 'headers']) }),
    ...('regions' in settings && { regions: each(settings.regions, [...path, 'regions']) }),
  });
  if (entry.kind === 'targets') return { ...entry, settings: ofTarget(entry.settings, entry.path) };
  const target = entry.binds?.target;
  if (!entry.binds || !target || !('settings' in target)) return entry;
  const path = target.isFlat ? entry.path : [...entry.path, 'target'];
  return {
    ...entry,
    binds: { ...entry.binds, target: { ...target, settings: ofTarget(target.settings, path) } },
  };
}

/** The settings of an entry with its mark; the mark of another configuration stays. */
export function markedSettings({ entry, found, isMade }: Match): JsonObject {
  const own = entry.settings.metadata as Readonly<Record<string, string>> | undefined;
  const label = isMade ? entry : found && labelOf(found);
  const metadata = label ? { ...own, [LABEL]: labelText(label) } : own;
  return { ...entry.settings, ...(metadata && { metadata }) };
}

/**
 * A target that says nothing of its signature has the usual one. What is left out would stay as it is instead, so the file
 * would not say it. A secret says which scheme it is for.
 */
const withSignature = (settings: JsonObject): JsonObject =>
  'signature' in settings || 'secret' in settings || !('url' in settings)
    ? settings
    : { ...settings, signature: 'standard' };

/** How a reference to another entry is written: by the id that it has, or, before it has one, by its settings. */
export type Bound = { readonly id: string } | { readonly settings: JsonObject };

/** @param boundTo what another entry is, by its kind and key */
export function bodyOf(
  match: Match,
  boundTo: (kind: 'targets' | 'filters', key: string) => Bound,
): JsonObject {
  const { entry } = match;
  const settings = markedSettings(match);
  if (entry.kind === 'targets') return withSignature(settings);
  if (!entry.binds) return settings;
  const { target, filter } = entry.binds;
  const bound = (ref: Ref, kind: 'targets' | 'filters'): Bound =>
    'key' in ref ? boundTo(kind, ref.key) : 'id' in ref ? ref : { settings: ref.settings };
  const ofTarget = bound(target, 'targets');
  const ofFilter = bound(filter, 'filters');
  return {
    ...settings,
    ...('id' in ofTarget ? { targetId: ofTarget.id } : { target: withSignature(ofTarget.settings) }),
    ...('id' in ofFilter ? { filterId: ofFilter.id } : { filter: ofFilter.settings }),
  };
}
