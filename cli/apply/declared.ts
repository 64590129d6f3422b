import { isObject, type JsonObject } from '../../lambdas/values/json.ts';
import type { Path, Problem } from '../files/problem.ts';
import { pathText } from '../files/problem.ts';
import type { Source } from '../files/yaml.ts';
import type { Label } from './label.ts';
import { CONFIGURATION, FILTER_MEMBERS, TARGET_MEMBERS } from './shape.ts';

/** What files declare, read into entries. Pure. */

/** In the order in which they can be made. */
export const KINDS = ['eventTypes', 'filters', 'targets', 'subscriptions'] as const;
export type Kind = (typeof KINDS)[number];

/** What a subscription binds: another entry, something that is there already, or what is its own. */
export type Ref =
  | { readonly key: string }
  | { readonly id: string }
  /** `isFlat`: its settings stand beside the subscription's own. */
  | { readonly settings: JsonObject; readonly isFlat: boolean };

export interface Entry extends Label {
  readonly kind: Kind;
  readonly id?: string | undefined;
  /** Its own, without what it binds. */
  readonly settings: JsonObject;
  /** Of a subscription. */
  readonly binds?: { readonly target: Ref; readonly filter: Ref } | undefined;
  readonly source: Source;
  readonly path: Path;
}

/** Without entries where there are problems. */
export interface Declared {
  readonly entries: readonly Entry[];
  /** Of the configurations. */
  readonly names: readonly string[];
  readonly problems: readonly Problem[];
}

const refused = (problems: readonly Problem[]): Declared => ({ entries: [], names: [], problems });

export const problemAt = ({ file, lineOf }: Source, path: Path, message: string): Problem => ({
  file,
  line: lineOf(path),
  path: pathText(path),
  message,
});

/** What documents declare, together: entries of one name know each other, whichever file they stand in. */
export function declaredIn(sources: readonly Source[]): Declared {
  const problems: Problem[] = [];
  for (const source of sources) {
    const report = (path: Path, message: string) => void problems.push(problemAt(source, path, message));
    CONFIGURATION(source.value, [], report);
    if (isObject(source.value) && source.value.name === undefined) {
      report([], 'expected a name beside the rest, such as name: shop. What is made is known by it');
    }
  }
  if (problems.length > 0) return refused(problems);
  const entries = sources.flatMap((source) => entriesOf(source, problems));
  problems.push(...repeated(entries), ...dangling(entries));
  if (problems.length > 0) return refused(problems);
  const names = [...new Set(sources.map(({ value }) => (value as { name: string }).name))];
  return { entries, names, problems };
}

function entriesOf(source: Source, problems: Problem[]): Entry[] {
  const configuration = source.value as JsonObject & { readonly name: string };
  const { name } = configuration;
  return KINDS.flatMap((kind) =>
    Object.entries((configuration[kind] ?? {}) as Record<string, JsonObject>).map(([key, given]): Entry => {
      const path = [kind, key];
      const { id, ...settings } = given as JsonObject & { readonly id?: string };
      const entry = { kind, name, key, id, source, path };
      if (kind !== 'subscriptions') return { ...entry, settings };
      const report = (member: string, message: string) =>
        void problems.push(problemAt(source, [...path, member], message));
      return { ...entry, ...subscriptionOf(settings, report) };
    }),
  );
}

const TARGET_NAMES = Object.keys(TARGET_MEMBERS);
const FILTER_NAMES = Object.keys(FILTER_MEMBERS);

const only = (settings: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)));

function subscriptionOf(
  { target, targetId, filter, filterId, ...given }: JsonObject,
  report: (member: string, message: string) => void,
): Pick<Entry, 'settings' | 'binds'> {
  const flatTarget = only(given, TARGET_NAMES);
  const flatFilter = only(given, FILTER_NAMES);
  const own = Object.entries(given).filter(([name]) => ![...TARGET_NAMES, ...FILTER_NAMES].includes(name));
  return {
    settings: Object.fromEntries(own),
    binds: {
      target: refOf({ what: 'target', needs: 'url', given: target, id: targetId, flat: flatTarget }, report),
      filter: refOf(
        { what: 'filter', needs: 'events', given: filter, id: filterId, flat: flatFilter },
        report,
      ),
    },
  };
}

interface Written {
  readonly what: 'target' | 'filter';
  /** What its settings have at least. */
  readonly needs: string;
  readonly given: unknown;
  readonly id: unknown;
  readonly flat: JsonObject;
}

function refOf(
  { what, needs, given, id, flat }: Written,
  report: (member: string, message: string) => void,
): Ref {
  const [flatName] = Object.keys(flat);
  const forms = [given !== undefined && what, id !== undefined && `${what}Id`, flatName].filter(Boolean);
  if (forms.length === 0) report(what, `expected ${needs}, ${what} with a key of ${what}s, or ${what}Id`);
  if (forms.length > 1) report(String(forms[1]), `expected either ${forms[0]} or ${forms[1]}`);
  if (typeof given === 'string') return { key: given };
  if (typeof id === 'string') return { id };
  const isFlat = given === undefined;
  return { settings: isFlat ? flat : (given as JsonObject), isFlat };
}

function repeated(entries: readonly Entry[]): Problem[] {
  const first = new Map<string, Entry>();
  return entries.flatMap((entry) => {
    // A type of event has one description, whoever declares it.
    const identity =
      entry.kind === 'eventTypes' ? `${entry.kind}/${entry.key}` : `${entry.kind}/${entry.name}/${entry.key}`;
    const before = first.get(identity);
    if (!before) first.set(identity, entry);
    if (!before) return [];
    const where = `${before.source.file}:${before.source.lineOf(before.path)}`;
    return [problemAt(entry.source, entry.path, `expected this key once; it is in ${where} as well`)];
  });
}

/** Subscriptions that name an entry which is not there. */
function dangling(entries: readonly Entry[]): Problem[] {
  const known = new Set(entries.map(({ kind, name, key }) => `${kind}/${name}/${key}`));
  return entries.flatMap(({ binds, name, source, path }) =>
    (['target', 'filter'] as const).flatMap((what) => {
      const ref = binds?.[what];
      if (!ref || !('key' in ref) || known.has(`${what}s/${name}/${ref.key}`)) return [];
      const message = `expected a key of ${what}s, got ${JSON.stringify(ref.key)}, which is none`;
      return [problemAt(source, [...path, what], message)];
    }),
  );
}
