import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useUrlState } from '../../app/url-state.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { exportPages } from '../../parts/export/export-pages.ts';
import { Problem } from '../../parts/problem.tsx';
import {
  type Action,
  conditionsOf,
  countLines,
  countWords,
  type DeadQuery,
  WHAT_HAPPENS,
} from './selection.ts';

export interface AllOfFilterProps {
  readonly query: DeadQuery;
  readonly names: Parameters<typeof conditionsOf>[1];
}

interface AskAllProps extends AllOfFilterProps {
  readonly action: Action;
  onClose(): void;
}

/** Counts them, says what will happen, and starts the job. */
export default function AskAll({ query, names, action, onClose }: AskAllProps) {
  const [, change] = useUrlState();
  const { data: counted, error, refetch } = useCount(query);
  const conditions = conditionsOf(query, names);
  const what = counted && countWords(counted);
  async function start(): Promise<void> {
    const { data } = await api.POST(`/v1/dead-letters/${action}`, { body: { all: true, ...query } });
    if (!data || !('state' in data)) return;
    change({ job: data.id, open: undefined });
    await refresh('/v1/replays');
  }
  if (counted?.count === 0) {
    return (
      <Confirm title="No dead letters" action="Close" onConfirm={async () => {}} onClose={onClose}>
        <Typography>No dead letter fits these filters any more.</Typography>
      </Confirm>
    );
  }
  return (
    <Confirm
      title={action === 'redrive' ? `Send ${what ?? 'all'} again?` : `Purge ${what ?? 'all'}?`}
      action={action === 'redrive' ? 'Send again' : 'Purge'}
      isDangerous={action === 'purge'}
      {...(action === 'purge' && { typed: 'purge' })}
      isReady={counted !== undefined}
      onConfirm={start}
      onClose={onClose}
    >
      {!counted && !error && (
        <>
          <Typography sx={{ mb: 1 }}>Counting them …</Typography>
          <LinearProgress aria-label="Counting the dead letters" />
        </>
      )}
      <Problem error={error} onRetry={() => void refetch()} />
      {conditions.length > 0 ? (
        <Box component="ul" aria-label="Which ones" sx={{ pl: 2.5, mt: 0, mb: 1 }}>
          {conditions.map((each) => (
            <Box component="li" key={each} sx={{ overflowWrap: 'anywhere' }}>
              <bdi>{each}</bdi>
            </Box>
          ))}
        </Box>
      ) : (
        <Typography sx={{ mb: 1 }}>These are all dead letters, whatever they died of.</Typography>
      )}
      <Typography>
        {WHAT_HAPPENS[action]}
        {action === 'redrive' &&
          ' The oldest go first, slowly at the beginning, and no faster than rate limits allow. You can cancel it.'}
      </Typography>
    </Confirm>
  );
}

function useCount(query: DeadQuery) {
  return useQuery({
    queryKey: ['count', '/v1/dead-letters', query],
    queryFn: () => countLines(exportPages('/v1/dead-letters', query as Record<string, string>, 'ndjson')),
    staleTime: 0,
    gcTime: 0,
  });
}
