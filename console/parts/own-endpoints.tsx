import Chip from '@mui/material/Chip';
import Stack from '@mui/material/Stack';
import { useUrlState } from '../app/url-state.ts';
import { endpointName, useEndpoints } from './endpoint-name.tsx';
import { useLimitedTo, useTargetId } from './limited.ts';

/** For a consumer that is limited to several endpoints: which of them a list is of, since it can be of one at a time. */
export function OwnEndpoints() {
  const limitedTo = useLimitedTo() ?? [];
  const endpoints = useEndpoints();
  const [url, change] = useUrlState();
  const shown = useTargetId(url.get('targetId') ?? undefined);
  if (limitedTo.length < 2) return null;
  return (
    <Stack direction="row" role="group" aria-label="Endpoint" sx={{ flexWrap: 'wrap', gap: 1, mb: 1 }}>
      {limitedTo.map((id) => {
        const endpoint = endpoints.get(id);
        return (
          <Chip
            key={id}
            label={<bdi>{endpoint ? endpointName(endpoint) : id}</bdi>}
            color={id === shown ? 'primary' : 'default'}
            variant={id === shown ? 'filled' : 'outlined'}
            aria-pressed={id === shown}
            onClick={() => change({ targetId: id, open: undefined }, { push: true })}
            sx={{ maxWidth: '100%' }}
          />
        );
      })}
    </Stack>
  );
}
