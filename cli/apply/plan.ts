import type { JsonObject } from '../../lambdas/values/json.ts';
import type { SchemaChange } from '../event-types/schema-change.ts';
import type { Path, Problem } from '../files/problem.ts';
import { type Bound, bodyOf, markedSettings } from './bodies.ts';
import { type Entry, KINDS, type Kind, problemAt } from './declared.ts';
import { idOf } from './existing.ts';
import { labelOf, labelText } from './label.ts';
import type { Match, Stray } from './matched.ts';

/** What is to be done. Pure: the API has said what its calls would change. */

export interface FieldChange {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface Step {
  readonly action: 'create' | 'change' | 'delete' | 'keep';
  readonly kind: Kind;
  readonly key: string;
  /** Of what is there. */
  readonly id?: string | undefined;
  /** What of it differs. Of what is created and deleted, nothing is said. */
  readonly fields: readonly FieldChange[];
  /** What becomes of an event type's schema, for those who read its events. */
  readonly schemaChange?: SchemaChange | undefined;
  /** The state that the plan has seen. */
  readonly etag?: string | undefined;
  readonly match?: Match | undefined;
  /** The name of the configuration that it is taken from, where another one made it. */
  readonly of?: string | undefined;
}

/** A call for the API to try. */
export interface Trial {
  readonly operation: keyof typeof TRIES;
  readonly id?: string;
  readonly body: JsonObject;
  /** Whether a schema may break its readers. */
  readonly allowBreaking?: true;
}

const TRIES = {
  createTarget: true,
  createFilter: true,
  createSubscription: true,
  putTarget: true,
  putFilter: true,
  putSubscription: true,
  putEventType: true,
};

/** What the API says of a trial. */
export interface Outcome {
  readonly etag?: string | undefined;
  readonly entities?:
    | readonly {
        readonly kind: string;
        readonly id: string;
        readonly action?: string | undefined;
        readonly fields?: readonly FieldChange[] | undefined;
      }[]
    | undefined;
  readonly schemaChange?: SchemaChange | undefined;
  readonly error?: string | undefined;
  readonly message?: string | undefined;
  readonly field?: string | undefined;
  readonly problems?:
    | readonly { readonly field?: string | undefined; readonly message: string }[]
    | undefined;
}

const OPERATIONS = {
  eventTypes: { create: 'putEventType', change: 'putEventType', singular: 'event-type' },
  filters: { create: 'createFilter', change: 'putFilter', singular: 'filter' },
  targets: { create: 'createTarget', change: 'putTarget', singular: 'target' },
  subscriptions: { create: 'createSubscription', change: 'putSubscription', singular: 'subscription' },
} as const;

export const operationOf = ({ found, entry }: Match): Trial['operation'] =>
  OPERATIONS[entry.kind][found ? 'change' : 'create'];

/** Entries of one configuration, by kind and key. */
export const matchIndex = (matches: readonly Match[]): ((kind: Kind, name: string, key: string) => Match) => {
  const index = new Map(matches.map((one) => [`${one.entry.kind}/${labelText(one.entry)}`, one]));
  return (kind, name, key) => index.get(`${kind}/${labelText({ name, key })}`)!;
};

/** What the API is to try for each entry. What is not there yet is tried as a part of what binds it. */
export function trialsOf(matches: readonly Match[], allowsBreaking = false): Trial[] {
  const matchOf = matchIndex(matches);
  return matches.map((match) => {
    const boundTo = (kind: 'targets' | 'filters', key: string): Bound => {
      const bound = matchOf(kind, match.entry.name, key);
      return bound.found ? { id: idOf(bound.found) } : { settings: markedSettings(bound) };
    };
    const id = match.entry.kind === 'eventTypes' ? match.entry.key : match.found && idOf(match.found);
    const isType = match.entry.kind === 'eventTypes';
    return {
      operation: operationOf(match),
      ...(id !== undefined && { id }),
      body: bodyOf(match, boundTo),
      ...(isType && allowsBreaking && { allowBreaking: true }),
    };
  });
}

const MAX_TRIALS = 50;
/** Trials by requests. @param maxBytes of JSON in one of them */
export function requestsOf(trials: readonly Trial[], maxBytes: number): Trial[][] {
  const requests: Trial[][] = [];
  let bytes = 0;
  for (const trial of trials) {
    const size = Buffer.byteLength(JSON.stringify(trial));
    const last = requests.at(-1);
    if (last && last.length < MAX_TRIALS && bytes + size <= maxBytes) last.push(trial);
    else requests.push([trial]);
    bytes = last === requests.at(-1) ? bytes + size : size;
  }
  return requests;
}

/** Without steps where there are problems. */
export interface Plan {
  /** In the order in which they are made. */
  readonly steps: readonly Step[];
  /** What the configuration has made, does not declare any more, and stays. */
  readonly left: readonly Step[];
  /** What the API would refuse. */
  readonly problems: readonly Problem[];
}

export function planOf(
  matches: readonly Match[],
  outcomes: readonly Outcome[],
  strays: readonly Stray[],
  isPruned: boolean,
): Plan {
  const problems = matches.flatMap((match, at) => refusalsOf(match, outcomes[at]!));
  if (problems.length > 0) return { steps: [], left: [], problems };
  const nameOf = namesOf(matches);
  const steps = matches.map((match, at) => stepOf(match, outcomes[at]!, nameOf));
  const made = KINDS.flatMap((kind) => steps.filter((step) => step.kind === kind));
  // What binds goes before what is bound. Types of events are bound by nothing.
  const gone = [...KINDS].reverse().flatMap((kind) => strays.filter((stray) => stray.kind === kind));
  const deletions = gone.map(
    ({ kind, view }): Step => ({
      action: 'delete',
      kind,
      key: labelOf(view)!.key,
      id: idOf(view),
      fields: [],
      of: labelOf(view)!.name,
    }),
  );
  return isPruned
    ? { steps: [...made, ...deletions], left: [], problems }
    : { steps: made, left: deletions, problems };
}

function stepOf(
  match: Match,
  { etag, entities = [], schemaChange }: Outcome,
  nameOf: (id: string) => string,
): Step {
  const { entry, found } = match;
  const { singular } = OPERATIONS[entry.kind];
  const id = found && idOf(found);
  const fields = entities.flatMap((one) => {
    if (one.kind === singular) return one.fields ?? [];
    if (one.action === 'removed') return [{ field: `own ${one.kind}`, before: one.id }];
    // A target that another entry declares is tried as a part of this one.
    const ref = entry.binds?.[one.kind as 'target' | 'filter'];
    if (!ref || !('settings' in ref) || one.action === 'created') return [];
    return (one.fields ?? []).map((field) => ({ ...field, field: `${one.kind}.${field.field}` }));
  });
  const changed = fields.map((field) => named(field, entry, nameOf));
  const of = found && labelOf(found);
  return {
    action: found ? (fields.length > 0 ? 'change' : 'keep') : 'create',
    kind: entry.kind,
    key: entry.key,
    id,
    etag,
    match,
    fields: found ? changed : [],
    ...(schemaChange && { schemaChange }),
    ...(of && of.name !== entry.name && { of: of.name }),
  };
}

/** Keys by ids, for people. */
function namesOf(matches: readonly Match[]): (id: string) => string {
  const names = new Map(matches.flatMap(({ entry, found }) => (found ? [[idOf(found), entry.key]] : [])));
  return (id) => names.get(id) ?? id;
}

/** What a subscription binds is shown by its key. */
function named(change: FieldChange, { binds }: Entry, nameOf: (id: string) => string): FieldChange {
  const what = { targetId: 'target', filterId: 'filter' }[change.field] as 'target' | 'filter' | undefined;
  const ref = what && binds?.[what];
  if (!what || !ref) return change;
  const after = 'key' in ref ? ref.key : 'id' in ref ? ref.id : 'its own';
  return { field: what, before: nameOf(String(change.before)), after };
}

function refusalsOf({ entry }: Match, { error, message = '', field, problems }: Outcome): Problem[] {
  if (error === undefined) return [];
  const all = problems ?? [{ message, field }];
  return all.flatMap((one) => {
    const parts = partsOf(one.field ?? '');
    const ref = parts[0] === 'target' || parts[0] === 'filter' ? entry.binds?.[parts[0]] : undefined;
    // The entry that it refers to is refused itself.
    if (ref && 'key' in ref) return [];
    const inner = ref && 'settings' in ref && ref.isFlat ? parts.slice(1) : parts;
    return [problemAt(entry.source, [...entry.path, ...inner], one.message)];
  });
}

/** `retry.schedule[3]` as a path. */
const partsOf = (field: string): Path =>
  field
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
