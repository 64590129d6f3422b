import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import type { Schemas } from '../../api/types.ts';
import { countText } from '../../parts/numbers.ts';
import { Status } from '../../parts/status.tsx';
import { durationText } from '../../parts/times.ts';

/** In these, anything that waits is somebody's work. */
const LAST = ['deadLetters', 'quarantine'];

const LABELS: Readonly<Record<string, string>> = { deadLetters: 'dead letters' };
export const queueLabel = (name: string): string => LABELS[name] ?? name;

/** How many messages are in each queue, and how long the oldest has been there. */
export function QueuesTable({ queues }: { readonly queues: readonly Schemas['QueueState'][] }) {
  const regions = new Set(queues.map(({ region }) => region));
  return (
    <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label="Messages in each queue">
      <Table>
        <TableHead>
          <TableRow>
            <TableCell>Queue</TableCell>
            {regions.size > 1 && <TableCell>Region</TableCell>}
            <TableCell align="right">Waiting</TableCell>
            <TableCell align="right">In work</TableCell>
            <TableCell align="right">Delayed</TableCell>
            <TableCell align="right">Oldest</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {queues.map(({ name, region, waiting, inFlight, delayed, oldestSeconds }) => (
            <TableRow key={`${region} ${name}`}>
              <TableCell component="th" scope="row">
                {LAST.includes(name) && waiting ? (
                  <Status kind="endpoint" of="failing" label={queueLabel(name)} />
                ) : (
                  queueLabel(name)
                )}
              </TableCell>
              {regions.size > 1 && <TableCell>{region}</TableCell>}
              <TableCell align="right">{countOr(waiting)}</TableCell>
              <TableCell align="right">{countOr(inFlight)}</TableCell>
              <TableCell align="right">{countOr(delayed)}</TableCell>
              <TableCell align="right">
                {oldestSeconds === null ? '–' : durationText(oldestSeconds * 1000)}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

/** A queue that does not answer has no count. */
const countOr = (count: number | null): string => (count === null ? '?' : countText(count));
