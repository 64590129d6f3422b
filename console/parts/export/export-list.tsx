import Download from '@mui/icons-material/Download';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { noteProblem } from '../../api/queries.ts';
import { countText } from '../numbers.ts';
import { problemText } from '../problem.tsx';
import { useToast } from '../toasts.tsx';
import type { ExportQuery } from './export-pages.ts';

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
      const { downloadCsv, MOST_ROWS } = await import('./download-csv.ts');
      const { isCut } = await downloadCsv(path, query, name, setPages);
      if (isCut)
        toast({
          severity: 'info',
          text: `The file has the first ${countText(MOST_ROWS)} rows at most. Filter for the rest.`,
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
