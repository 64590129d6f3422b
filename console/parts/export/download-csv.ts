import { download } from './download.ts';
import { EXPORT_ROWS, type ExportQuery, exportPages } from './export-pages.ts';

/** A program reads more than that with `format=ndjson`. */
const MOST_PAGES = 100;
export const MOST_ROWS = EXPORT_ROWS * MOST_PAGES;

/**
 * Reads a list to its end, and gives the viewer the file.
 * @returns whether it ends before the list does
 */
export async function downloadCsv(
  path: string,
  query: ExportQuery,
  name: string,
  onPage: (pages: number) => void,
): Promise<{ readonly isCut: boolean }> {
  const texts: string[] = [];
  let isCut = false;
  for await (const text of exportPages(path, query, 'csv')) {
    if (texts.length === MOST_PAGES) {
      isCut = true;
      break;
    }
    // Each page names the columns in its first line; no name has a line break.
    texts.push(texts.length === 0 ? text : text.slice(text.indexOf('\n') + 1));
    onPage(texts.length);
  }
  download(texts.join(''), `${name}.csv`, 'text/csv');
  return { isCut };
}
