import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { CopyLine } from '../../parts/copy.tsx';

/** The secret of an endpoint that was just made. */
export function SecretOnce({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="new-secret">
      <DialogTitle id="new-secret">Subscription created</DialogTitle>
      <DialogContent>
        <Typography gutterBottom>
          The endpoint verifies deliveries with this secret. Keep it where its code reads it; the endpoint’s
          page can reveal it again.
        </Typography>
        <CopyLine text={secret} what="the secret" />
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          Open the subscription
        </Button>
      </DialogActions>
    </Dialog>
  );
}
