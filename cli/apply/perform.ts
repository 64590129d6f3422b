import {
  ApiError,
  AuthenticationError,
  NotAllowedError,
  NotFoundError,
  type Posthorn,
  PosthornError,
  PreconditionFailedError,
  ServerError,
} from '../../client/index.ts';
import type { JsonObject } from '../../lambdas/values/json.ts';
import { type Bound, bodyOf } from './bodies.ts';
import type { Kind } from './declared.ts';
import { labelOf, labelText } from './label.ts';
import type { Match } from './matched.ts';
import { matchIndex, operationOf, type Step } from './plan.ts';

/** Does what a plan says. */

export interface Done {
  readonly step: Step;
  readonly outcome: 'done' | 'failed' | 'skipped';
  /** Of what was made. */
  readonly id?: string | undefined;
  /** That the API has made, and shows here. */
  readonly secret?: string | undefined;
  readonly message?: string | undefined;
}

export interface Performed {
  readonly done: readonly Done[];
  /** What has changed since the plan was made: it needs another. */
  readonly isStale: boolean;
  /** Why nothing more was tried. */
  readonly error?: unknown;
}

interface Work {
  readonly api: Posthorn;
  readonly signal: AbortSignal;
  /** Whether a schema may break its readers. */
  readonly allowsBreaking: boolean;
  /** Told of each step as it is done. */
  readonly onDone: (done: Done) => Promise<void>;
}

/** What ends a run: each further step would end the same way. */
const endsAll = (error: unknown): boolean =>
  !(error instanceof ApiError) ||
  error instanceof ServerError ||
  error instanceof AuthenticationError ||
  error instanceof NotAllowedError;

/**
 * Step by step, so that what breaks off has done its first steps and none of the later ones. What is refused is skipped, with
 * what would have bound it.
 */
export async function perform(steps: readonly Step[], work: Work): Promise<Performed> {
  const matchOf = matchIndex(steps.flatMap(({ match }) => (match ? [match] : [])));
  /** Ids of what was made here. */
  const made = new Map<Match, string>();
  const done: Done[] = [];
  const note = async (one: Done): Promise<void> => {
    done.push(one);
    await work.onDone(one);
  };
  for (const step of steps.filter(({ action }) => action !== 'keep')) {
    const lacking = missing(step, matchOf, made);
    if (lacking !== undefined) {
      await note({ step, outcome: 'skipped', message: `it needs ${lacking}, which was not made` });
      continue;
    }
    try {
      const boundTo = (kind: 'targets' | 'filters', key: string): Bound => {
        const bound = matchOf(kind, step.match!.entry.name, key);
        return { id: made.get(bound) ?? (bound.found as { id: string }).id };
      };
      const one = step.match ? await write(step, step.match, boundTo, work) : await remove(step, work);
      if (step.match && one.id !== undefined) made.set(step.match, one.id);
      await note(one);
    } catch (error) {
      work.signal.throwIfAborted();
      if (error instanceof PreconditionFailedError) return { done, isStale: true };
      if (!(error instanceof PosthornError)) throw error;
      await note({ step, outcome: 'failed', message: textOf(error) });
      if (endsAll(error)) return { done, isStale: false, error };
    }
  }
  return { done, isStale: false };
}

const textOf = (error: PosthornError): string =>
  error instanceof ApiError && error.field !== undefined ? `${error.field}: ${error.message}` : error.message;

/** What a step binds and was not made. */
function missing(
  { match }: Step,
  matchOf: (kind: Kind, name: string, key: string) => Match,
  made: ReadonlyMap<Match, string>,
): string | undefined {
  for (const what of ['target', 'filter'] as const) {
    const ref = match?.entry.binds?.[what];
    if (!match || !ref || !('key' in ref)) continue;
    const bound = matchOf(`${what}s`, match.entry.name, ref.key);
    if (!bound.found && !made.has(bound)) return `the ${what} ${ref.key}`;
  }
  return undefined;
}

async function write(
  step: Step,
  match: Match,
  boundTo: (kind: 'targets' | 'filters', key: string) => Bound,
  { api, signal, allowsBreaking }: Work,
): Promise<Done> {
  const operation = operationOf(match);
  const body = bodyOf(match, boundTo);
  const allowed = allowsBreaking && { allowBreaking: 'true' };
  const id =
    match.entry.kind === 'eventTypes' ? { name: match.entry.key, ...allowed } : step.id && { id: step.id };
  const answer = (await api.call(
    operation,
    { ...id, body },
    { signal, ...(step.etag !== undefined && { ifMatch: step.etag }) },
  )) as unknown as JsonObject;
  const isGiven = givesSecret(match);
  return {
    step,
    outcome: 'done',
    id: (answer.id ?? answer.name) as string,
    ...(typeof answer.secret === 'string' && !isGiven && { secret: answer.secret }),
  };
}

/** A secret that the file sets is known already. */
function givesSecret({ entry }: Match): boolean {
  const target = entry.binds?.target;
  const settings =
    entry.kind === 'targets' ? entry.settings : target && 'settings' in target ? target.settings : {};
  return 'secret' in settings;
}

const REMOVALS = {
  eventTypes: { get: 'getEventType', remove: 'deleteEventType', by: 'name' },
  filters: { get: 'getFilter', remove: 'deleteFilter', by: 'id' },
  targets: { get: 'getTarget', remove: 'deleteTarget', by: 'id' },
  subscriptions: { get: 'getSubscription', remove: 'deleteSubscription', by: 'id' },
} as const;

/** Removes what still has the mark that the plan has seen. What is gone is gone. */
async function remove(step: Step, { api, signal }: Work): Promise<Done> {
  const { get, remove: removal, by } = REMOVALS[step.kind];
  const id = step.id!;
  try {
    const call = api.call(get, { [by]: id }, { signal }) as unknown as {
      withResponse(): Promise<{ data: { metadata?: Record<string, string> }; response: Response }>;
    };
    const { data, response } = await call.withResponse();
    const label = labelOf(data);
    if (!label || labelText(label) !== labelText({ name: step.of!, key: step.key })) {
      return { step, outcome: 'failed', id, message: 'it is marked as another’s by now, and stays' };
    }
    const etag = response.headers.get('etag');
    await api.call(removal, { [by]: id }, { signal, ...(etag !== null && { ifMatch: etag }) });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  return { step, outcome: 'done', id };
}
