import Download from '@mui/icons-material/Download';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import LinearProgress from '@mui/material/LinearProgress';
import { useId } from 'react';
import { CopyLine } from '../copy.tsx';
import { download } from '../export/download.ts';
import { usePayload } from '../payload/use-payload.ts';
import { Problem } from '../problem.tsx';
import { curlOf } from './curl.ts';
import type { Request } from './types.ts';

interface CurlDialogProps {
  readonly request: Request;
  readonly eventId: string;
  onClose(): void;
}

/** The request of an attempt, as a command to copy. */
export default function CurlDialog({ request, eventId, onClose }: CurlDialogProps) {
  const { data: payload, error, refetch } = usePayload(eventId);
  const curl = payload && curlOf(request, payload.bytes, eventId);
  const titleId = useId();
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>Copy as curl</DialogTitle>
      <DialogContent>
        <Problem error={error} onRetry={() => void refetch()} />
        {!curl && !error && <LinearProgress aria-label="Reading the payload" />}
        {curl && <CopyLine text={curl.text} what="the command" />}
        <Box component="ul" sx={{ pl: 2.5, mb: 0, color: 'text.secondary' }}>
          {curl?.notes.map((note) => (
            <Box component="li" key={note} sx={{ overflowWrap: 'anywhere' }}>
              {note}
            </Box>
          ))}
        </Box>
      </DialogContent>
      <DialogActions>
        {curl?.file !== undefined && (
          <Button startIcon={<Download />} onClick={() => download(payload!.bytes, curl.file!)}>
            Download the payload
          </Button>
        )}
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}
