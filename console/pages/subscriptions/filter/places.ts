import { readField } from './field-path.ts';
import type { FilterForm } from './form.ts';

/** Where in a form and in JSON something stands that the API speaks of. */

/** Which part of the form is meant. */
export type Place =
  | { readonly part: 'events' | 'jsonpath' | 'during' }
  | { readonly part: 'where'; readonly row: number | undefined };

/** A condition that does not hold, as the API names it. */
interface Mismatch {
  readonly part: 'events' | 'where' | 'jsonpath' | 'during';
  readonly path?: string | undefined;
}

/** The path of a condition in the filter's JSON: `where.data.level`. */
export const pathOfMismatch = ({ part, path }: Mismatch): string =>
  part === 'where' && path ? `where.${path}` : part;

/** The path in the event of what did not fit: `data.level`. */
export const pathInEvent = ({ part, path }: Mismatch): string | undefined =>
  part === 'during' ? 'at' : part === 'jsonpath' ? 'data' : path?.replace(/[.]?\$or.*$/, '');

/** The path in the filter of what the API refuses. @param field `filter.where.data.level[0]`, or without what is around */
export const pathOfField = (field: string): string => field.replace(/^filter\./, '');

/** @param path in the filter's JSON */
export function placeOf(form: FilterForm, path: string): Place | undefined {
  const [part] = path.split(/[.[]/, 1);
  if (part === 'events' || part === 'jsonpath' || part === 'during') return { part };
  return part === 'where' ? { part, row: rowAt(form, path.slice('where.'.length)) } : undefined;
}

/** The row of this field; else the first of those inside of it. */
function rowAt({ rows }: FilterForm, path: string): number | undefined {
  const keys = rows.map((row) => {
    const names = row.kind === 'kept' ? row.path : readField(row.field);
    return { id: row.id, key: names?.join('.') ?? '' };
  });
  const isIn = (inner: string, outer: string): boolean =>
    inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  const around = keys.filter(({ key }) => key !== '' && isIn(path, key));
  const longest = around.toSorted((a, b) => b.key.length - a.key.length)[0];
  return (longest ?? keys.find(({ key }) => isIn(key, path)))?.id;
}
