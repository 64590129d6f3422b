import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { Foreign } from '../layout.tsx';
import { Payload } from '../payload/payload.tsx';
import { usePayload } from '../payload/use-payload.ts';
import { Problem } from '../problem.tsx';
import { HeadersTable } from './headers-table.tsx';
import type { Attempt } from './types.ts';

interface RequestTabProps {
  readonly attempt: Attempt;
  readonly eventId: string;
}

/** What was sent. */
export function RequestTab({ attempt: { request }, eventId }: RequestTabProps) {
  return (
    <>
      {request ? (
        <>
          <Box component="p" sx={{ m: 0, mb: 1, overflowWrap: 'anywhere' }}>
            <code>
              <b>{request.method}</b> <Foreign text={request.url} />
            </code>
          </Box>
          {request.headers && <HeadersTable headers={request.headers} label="Headers as sent" />}
          {request.batch && (
            <Typography sx={{ mt: 1 }}>
              The request carried {request.batch.events} events as one JSON array. This is the payload of this
              event.
            </Typography>
          )}
        </>
      ) : (
        <Typography color="textSecondary" sx={{ mb: 1 }}>
          The request as it was sent is kept of the last 3 attempts. The payload was the same each time.
        </Typography>
      )}
      <Typography variant="h3" sx={{ mt: 2, mb: 0.5 }}>
        Body
      </Typography>
      <Body eventId={eventId} />
    </>
  );
}

function Body({ eventId }: { readonly eventId: string }) {
  const { data, error, refetch } = usePayload(eventId);
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!data) return <LinearProgress aria-label="Reading the payload" />;
  return <Payload bytes={data.bytes} contentType={data.contentType} name={eventId} />;
}
