import { api } from '../../api/client.ts';
import { nextCursor } from './next-cursor.ts';

/** The API's most for a page of an export. */
export const EXPORT_ROWS = 1000;

export type ExportQuery = Readonly<Record<string, string | undefined>>;

/**
 * The pages of a list as an export has them, one after another.
 * @param path of the list
 * @param filters of the list; parts that are undefined or empty are left out
 * @throws PosthornError
 */
export async function* exportPages(
  path: string,
  filters: ExportQuery,
  format: 'csv' | 'ndjson',
): AsyncGenerator<string> {
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value));
  for (let cursor: string | undefined | null = null; cursor !== undefined; ) {
    const query = { ...given, format, limit: EXPORT_ROWS, ...(cursor !== null && { cursor }) };
    const { data, response } = await api.GET(path as '/v1/deliveries', {
      params: { query: query as never },
      parseAs: 'text',
    });
    yield data as unknown as string;
    cursor = nextCursor(response.headers.get('link'));
  }
}
