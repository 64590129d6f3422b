import Box from '@mui/material/Box';
import type { Row } from '../../api/types.ts';
import type { Column } from '../../list/columns.ts';
import { countOf, sizeText } from '../../parts/numbers.ts';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';

export type EventRow = Row<'/v1/events'>;

export const COLUMNS: readonly Column<EventRow>[] = [
  {
    id: 'type',
    header: 'Type',
    width: '2fr',
    onPhone: true,
    cell: (row) => (
      <>
        <bdi>{row.type}</bdi>
        <Box sx={{ display: { xs: 'block', md: 'none' }, color: 'text.secondary', fontSize: '0.75rem' }}>
          <Time at={row.acceptedAt} />
        </Box>
      </>
    ),
  },
  {
    id: 'id',
    header: 'Id',
    width: '2fr',
    cell: ({ id }) => (
      <code>
        <bdi>{id}</bdi>
      </code>
    ),
  },
  { id: 'source', header: 'Source', cell: ({ source }) => source && <bdi>{source}</bdi> },
  { id: 'priority', header: 'Priority', isHidden: true, cell: ({ priority }) => priority },
  { id: 'region', header: 'Region', isHidden: true, cell: ({ region }) => region && <bdi>{region}</bdi> },
  {
    id: 'matched',
    header: 'Wanted by',
    width: '140px',
    onPhone: true,
    cell: ({ matched, dead }) =>
      dead ? (
        <Status of="dead" label="Lost" />
      ) : matched === 0 ? (
        <Box component="span" sx={{ color: 'text.secondary' }}>
          nobody
        </Box>
      ) : (
        countOf(matched, 'subscription')
      ),
  },
  { id: 'bytes', header: 'Size', width: '80px', align: 'right', cell: ({ bytes }) => sizeText(bytes) },
  {
    id: 'contentType',
    header: 'Content type',
    isHidden: true,
    cell: ({ contentType }) => <bdi>{contentType}</bdi>,
  },
  {
    id: 'accepted',
    header: 'Accepted',
    width: '96px',
    cell: ({ acceptedAt }) => <Time at={acceptedAt} />,
  },
];
