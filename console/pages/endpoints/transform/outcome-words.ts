import type { Schemas } from '../../../api/types.ts';
import { countOf } from '../../../parts/numbers.ts';
import { jsonText, readJson } from '../../../parts/payload/json-text.ts';

/** What a transformation made, in words. Pure. */

type Outcome = Schemas['TransformOutcome'];
type Made = NonNullable<Outcome['request']>;

/** `PUT https://example.com/hook`; of a kind that makes its own request, what it gets. */
export const requestLine = ({ method, url, contentType, bytes }: Made): string =>
  method !== undefined && url !== undefined
    ? `${method} ${url}`
    : `${countOf(bytes, 'byte')} of ${contentType}`;

/** JSON on lines of its own. */
export function shownBody({ body, bytes }: Made): string {
  if (body === undefined) return `${countOf(bytes, 'byte')} that are no text`;
  const read = readJson(body);
  return read.isValid ? jsonText(read.value) : body;
}

/** The API's words end with the place, where it is not in `position` alone. */
export const problemText = (problem: Outcome['problem']): string => {
  const { message, position } = problem ?? { message: 'It makes no request' };
  return position === undefined || /character/.test(message) ? message : `${message} (character ${position})`;
};
