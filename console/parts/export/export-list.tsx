import Download from '@mui/icons-material/Download';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { noteProblem } from '../../api/queries.ts';
import { countText } from '../numbers.ts';
import { problemText } from '../problem.tsx';
import { useToast } from '../toasts.tsx';
import { download } from './download.ts';
import { EXPORT_ROWS, type ExportQuery, exportPages } from './export-pages.ts';

/** Some 100,000 rows. A program reads more than that with `format=ndjson`. */
const MOST_PAGES = 100;

interface ExportProps {
  /** A list of the API. */
  readonly path: string;
  readonly query: ExportQuery;
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
          text: `The file has the first ${countText(EXPORT_ROWS * MOST_PAGES)} rows at most. Filter for the rest.`,
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
  query: ExportQuery,
  onPage: (pages: number) => void,
): Promise<{ text: string; isCut: boolean }> {
  const texts: string[] = [];
  for await (const text of exportPages(path, query, 'csv')) {
    if (texts.length === MOST_PAGES) return { text: texts.join(''), isCut: true };
    // Each page names the columns in its first line; no name has a line break.
    texts.push(texts.length === 0 ? text : text.slice(text.indexOf('\n') + 1));
    onPage(texts.length);
  }
  return { text: texts.join(''), isCut: false };
}
