import { OURS } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { nextCursor } from './next-cursor.ts';

/** The API's most for a page of an export. */
export const EXPORT_ROWS = 1000;

export type ExportQuery = Readonly<Record<string, string | undefined>>;

/**
 * The pages of a list as an export has them, one after another.
 * @param query the list's filters; parts that are undefined or empty are left out
 * @throws ApiProblem
 */
export async function* exportPages(
  path: string,
  query: ExportQuery,
  format: 'csv' | 'ndjson',
): AsyncGenerator<string> {
  const params = new URLSearchParams({ format, limit: String(EXPORT_ROWS) });
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value);
  for (let cursor: string | undefined | null = null; cursor !== undefined; ) {
    if (cursor !== null) params.set('cursor', cursor);
    const response = await fetch(`${path}?${params}`, { headers: OURS });
    if (!response.ok) throw await problemOf(response);
    yield await response.text();
    cursor = nextCursor(response.headers.get('link'));
  }
}
