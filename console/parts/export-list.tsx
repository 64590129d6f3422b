import Download from '@mui/icons-material/Download';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { OURS } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { noteProblem } from '../api/queries.ts';
import { download } from './download.ts';
import { countText } from './numbers.ts';
import { problemText } from './problem.tsx';
import { useToast } from './toasts.tsx';

/** The API's most for a page of an export. */
const PAGE_ROWS = 1000;
/** Some 100,000 rows. A program reads more than that with `format=ndjson`. */
const MOST_PAGES = 100;

interface ExportProps {
  /** A list of the API. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Of the file, without its extension. */
  readonly name: string;
}

/** Downloads a list as CSV: all that its filters let through, not only what is shown. */
export function ExportButton({ path, query, name }: ExportProps) {
  const [pages, setPages] = useState<number>();
  const toast = useToast();
  async function run(): Promise<void> {
    setPages(0);
    try {
      const { text, isCut } = await readCsv(path, query, setPages);
      download(text, `${name}.csv`, 'text/csv');
      if (isCut)
        toast({
          severity: 'info',
          text: `The file has the first ${countText(PAGE_ROWS * MOST_PAGES)} rows at most. Filter for the rest.`,
        });
    } catch (error) {
      noteProblem(error);
      toast({ severity: 'error', text: problemText(error) });
    } finally {
      setPages(undefined);
    }
  }
  return (
    <Button startIcon={<Download />} onClick={() => void run()} disabled={pages !== undefined}>
      {pages === undefined ? 'Export CSV' : `Exporting, page ${countText(pages + 1)} …`}
    </Button>
  );
}

async function readCsv(
  path: string,
  query: ExportProps['query'],
  onPage: (pages: number) => void,
): Promise<{ text: string; isCut: boolean }> {
  const params = new URLSearchParams({ format: 'csv', limit: String(PAGE_ROWS) });
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value);
  const texts: string[] = [];
  for (let cursor: string | undefined; texts.length < MOST_PAGES; ) {
    if (cursor !== undefined) params.set('cursor', cursor);
    const response = await fetch(`${path}?${params}`, { headers: OURS });
    if (!response.ok) throw await problemOf(response);
    const text = await response.text();
    // Each page names the columns in its first line; no name has a line break.
    texts.push(texts.length === 0 ? text : text.slice(text.indexOf('\n') + 1));
    onPage(texts.length);
    cursor = nextCursor(response.headers.get('link'));
    if (cursor === undefined) return { text: texts.join(''), isCut: false };
  }
  return { text: texts.join(''), isCut: true };
}

/** `</v1/events?cursor=…>; rel="next"` */
export function nextCursor(link: string | null): string | undefined {
  const target = /<([^>]*)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return target === undefined
    ? undefined
    : (new URL(target, 'http://localhost').searchParams.get('cursor') ?? undefined);
}
