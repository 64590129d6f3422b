import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link as RouterLink } from 'react-router';
import { BadRequestError } from '../../../../client/errors.ts';
import { api } from '../../../api/client.ts';
import type { PosthornError } from '../../../api/problem.ts';
import type { Schemas } from '../../../api/types.ts';
import { linkTo } from '../../../app/links.ts';
import { Foreign, Section } from '../../../parts/layout.tsx';
import { countOf } from '../../../parts/numbers.ts';
import { Problem } from '../../../parts/problem.tsx';
import { Time } from '../../../parts/time.tsx';
import { useSettled } from './use-trial.ts';

interface PreviewProps {
  /** Undefined as long as there is nothing to try. */
  readonly filter: unknown;
  readonly compareWith: string | undefined;
}

/** It reads up to a hundred payloads, so it waits a little longer than the verdict. */
const TYPING_MS = 600;
const EVENTS = 100;

/** How many of the last events the filter would have matched, and which. */
export function Preview({ filter, compareWith }: PreviewProps) {
  const question =
    filter !== undefined
      ? JSON.stringify({ filter, limit: EVENTS, ...(compareWith && { compareWith }) })
      : '';
  const asked = useSettled(question, TYPING_MS);
  const { data, error, isFetching, refetch } = useQuery<Schemas['FilterPreview'], PosthornError>({
    queryKey: ['preview', '/v1/filters/preview', asked],
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const { data: answer } = await api.POST('/v1/filters/preview', { body: JSON.parse(asked), signal });
      return answer!;
    },
  });
  // What is wrong with the filter stands beside the filter.
  const isRefused = error instanceof BadRequestError;
  return (
    <Section title="The last events">
      {isFetching && (
        <LinearProgress aria-label="Trying the last events" sx={{ height: 2, mt: -1, mb: '6px' }} />
      )}
      {!isRefused && <Problem error={error} onRetry={() => void refetch()} />}
      {(isRefused || asked === '') && (
        <Typography color="text.secondary">
          Says how many would have matched once the filter is complete.
        </Typography>
      )}
      {data && !error && asked !== '' && <Figures of={data} />}
    </Section>
  );
}

function Figures({ of }: { readonly of: Schemas['FilterPreview'] }) {
  const { scanned, matched, undecided, examples, comparedWith, from } = of;
  if (scanned === 0)
    return <Typography color="text.secondary">No event is kept that it could be tried on.</Typography>;
  return (
    <>
      <Typography role="status" aria-label="Preview">
        Would have matched <strong>{matched}</strong> of the last {countOf(scanned, 'event')}, since{' '}
        <Time at={from} />.
      </Typography>
      {undecided > 0 && (
        <Typography color="text.secondary">
          {countOf(undecided, 'event')} can’t be decided: the payload is no longer kept.
        </Typography>
      )}
      {comparedWith && (
        <Typography color="text.secondary">
          {comparedWith.added + comparedWith.dropped === 0
            ? 'The same as it is saved now.'
            : `Against what is saved now: ${comparedWith.added} more, ${comparedWith.dropped} fewer.`}
        </Typography>
      )}
      {examples.length > 0 && (
        <Table aria-label="Events that match" sx={{ tableLayout: 'fixed', mt: 1 }}>
          <TableBody>
            {examples.map(({ id, type, acceptedAt }) => (
              <TableRow key={id}>
                <TableCell sx={{ px: 0, overflow: 'hidden', textOverflow: 'ellipsis' }}>
                  <Link component={RouterLink} to={linkTo.event(id)}>
                    <Foreign text={type} />
                  </Link>
                </TableCell>
                <TableCell sx={{ width: 100, pr: 0, textAlign: 'right' }}>
                  <Time at={acceptedAt} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {matched > examples.length && (
        <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
          The newest {examples.length} are shown.
        </Typography>
      )}
    </>
  );
}
