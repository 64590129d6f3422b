import type { Priority } from '../../events/event-meta.ts';
import { textOf } from '../../http/body.ts';
import { didYouMean } from '../../values/did-you-mean.ts';
import { isObject } from '../../values/json.ts';
import { MAX_PROBLEMS, missing, unknownName } from '../../values/problem-words.ts';
import {
  combined,
  fieldOf,
  idProblem,
  invalid,
  type NewEvent,
  type Problem,
  parseJson,
  priorityProblem,
  type Read,
  refused,
  regionProblem,
  sizeProblem,
  sourceProblem,
  typeProblem,
  wrong,
} from '../event-checks.ts';
import { type Form, JSON_TYPE, list, one } from './form.ts';
import { sliceElements, sliceMembers } from './json-slice.ts';
import { misplaced } from './misplaced.ts';

/** As many events as one request may carry. */
export const MAX_BATCH = 100;

/** An event as our own JSON. */
export const event: Form = {
  mediaType: JSON_TYPE,
  isMeant: (mediaType) => mediaType === JSON_TYPE,
  read: (request, maxBytes) => one(readEvent(textOf(request), maxBytes)),
};

/** Several of them. */
export const eventBatch: Form = {
  mediaType: JSON_TYPE,
  isMeant: (mediaType) => mediaType === JSON_TYPE,
  read: (request, maxBytes) => list(readBatch(textOf(request), maxBytes)),
};

const MEMBERS = ['type', 'data', 'id', 'source', 'priority', 'region'];

/**
 * Reads `{"type": …, "data": …, "id": …, "source": …, "priority": …, "region": …}`. The data's text is taken over
 * byte for byte.
 */
export function readEvent(text: string, maxBytes: number): Read<NewEvent> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const elsewhere = misplaced('event', json.value);
  return elsewhere === undefined ? readMembers(text, json.value, '', maxBytes) : wrong(elsewhere);
}

/**
 * Reads `{"events": [ … ]}`, each event by itself. What is wrong with the list as a whole refuses all of it.
 * @returns what was read of each event, in their order
 */
export function readBatch(text: string, maxBytes: number): Read<Read<NewEvent>[]> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const events = isObject(json.value) ? json.value.events : undefined;
  const elsewhere = misplaced('batch', json.value);
  if (elsewhere !== undefined) return wrong(elsewhere);
  if (!Array.isArray(events)) return wrong('expected {"events": […]}', 'events');
  const problem = lengthProblem(events, 1, MAX_BATCH, 'events');
  if (problem) return refused(problem);
  const unknown = unknownProblems(json.value as object, ['events'], '');
  if (unknown.length > 0) return refused(combined(...unknown)!);
  const texts = sliceElements(sliceMembers(text).get('events')!);
  return { ok: true, value: texts.map((each, i) => readMembers(each, events[i], `events[${i}]`, maxBytes)) };
}

/** @param least 0 or 1 */
export function lengthProblem(
  list: readonly unknown[],
  least: number,
  most: number,
  field: string | undefined,
): Problem | undefined {
  if (list.length >= least && list.length <= most) return undefined;
  const message = `expected ${least} to ${most} entries, got ${list.length}`;
  return { code: 'validation_failed', message, field };
}

/** What is wrong with names that there are not. @param path where the object stands */
function unknownProblems(
  value: object,
  known: readonly string[],
  path: string,
): (Problem & { meant?: string | undefined })[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .slice(0, MAX_PROBLEMS)
    .map((name) => ({
      ...invalid(unknownName(name, known), fieldOf(path, name)),
      meant: didYouMean(name, known),
    }));
}

function readMembers(text: string, value: unknown, path: string, maxBytes: number): Read<NewEvent> {
  const at = (name: string): string => fieldOf(path, name);
  if (!isObject(value)) return wrong('expected an object with type and data', path || undefined);
  const { type, id, data, source, priority, region } = value;
  const unknown = unknownProblems(value, MEMBERS, path);
  // One that is misspelt explains another that is missing.
  const isMeant = (name: string): boolean => unknown.some(({ meant }) => meant === name);
  const body = Buffer.from(sliceMembers(text).get('data') ?? '', 'utf8');
  const problem = combined(
    ...unknown,
    type === undefined && isMeant('type') ? undefined : typeProblem(type, at('type')),
    data === undefined && !isMeant('data') ? invalid(missing(), at('data')) : undefined,
    idProblem(id, at('id')),
    sourceProblem(source, at('source')),
    priorityProblem(priority, at('priority')),
    regionProblem(region, at('region')),
    sizeProblem(body, maxBytes, at('data')),
  );
  if (problem) return refused(problem);
  return {
    ok: true,
    value: {
      id: id as string | undefined,
      type: type as string,
      contentType: 'application/json',
      body,
      at: at('data'),
      source: source as string | undefined,
      priority: priority as Priority | undefined,
      region: region as string | undefined,
    },
  };
}
