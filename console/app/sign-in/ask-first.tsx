import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { IS_PORTAL } from '../mode.ts';
import { type Session, useSessionControl } from '../session.tsx';
import { EntranceFrame } from './frame.tsx';

/** Before a link ends the session of this browser for one of somebody else. */
export default function AskFirst({ own }: { readonly own: Session }) {
  const { decide } = useSessionControl();
  return (
    <EntranceFrame title="Open this link?">
      <Typography gutterBottom>
        {IS_PORTAL ? (
          'This browser has the portal open for somebody else. The link that you followed shows another one.'
        ) : (
          <>
            You are signed in to <bdi>{own.tenantName ?? own.tenantId}</bdi>. The link that you followed signs
            you in to another tenant.
          </>
        )}
      </Typography>
      <Typography color="textSecondary" sx={{ mb: 2 }}>
        Whoever sent it to you may see what you do there.
      </Typography>
      <Button variant="contained" fullWidth onClick={() => decide(false)} sx={{ mb: 1 }}>
        Stay where I am
      </Button>
      <Button variant="outlined" fullWidth onClick={() => decide(true)}>
        Open the link
      </Button>
    </EntranceFrame>
  );
}
