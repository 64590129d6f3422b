import { fieldProblems } from '../../api/problem.ts';

export interface ProblemIn {
  /** Within the value; empty for the whole of it. */
  readonly path: string;
  readonly message: string;
}

/** What the API says of a value that was written as JSON, and where in it. @param field `schema`, `sample` or `data` */
export function problemIn(error: unknown, field: string): ProblemIn | undefined {
  const found = fieldProblems(error).find(
    (each) => each.field === field || /^[.[]/.test(each.field?.slice(field.length) ?? ' '),
  );
  if (!found?.field?.startsWith(field)) return undefined;
  const path = found.field.slice(field.length).replace(/^\./, '');
  return { path, message: path === '' ? found.message : `${path}: ${found.message}` };
}
