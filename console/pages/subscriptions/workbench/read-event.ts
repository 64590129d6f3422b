import { readJson } from '../../../parts/payload/json-text.ts';
import { isObject } from '../filter/form.ts';
import type { ReadEvent } from './use-trial.ts';

/** The event that was written, as far as it can be tried. */
export function readEvent(text: string): ReadEvent {
  if (text.trim() === '') return { body: undefined, problem: undefined };
  const read = readJson(text);
  if (!read.isValid) return { body: undefined, problem: 'The event’s JSON can’t be read.' };
  if (!isObject(read.value) || typeof read.value.type !== 'string')
    return {
      body: undefined,
      problem: 'Expected an object with a type: {"type": "order.created", "data": {}}',
    };
  return { body: read.value, problem: undefined };
}
