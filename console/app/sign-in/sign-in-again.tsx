import Dialog from '@mui/material/Dialog';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { IS_FRAMED, IS_PORTAL } from '../mode.ts';
import { CredentialForm } from './credential-form.tsx';

const WHAT_TO_DO = IS_FRAMED
  ? 'Reload the page around this one to go on, or paste a new portal token.'
  : IS_PORTAL
    ? 'Open this page again where you found it, or paste a new portal token.'
    : 'Sign in again, and go on where you were.';

/** Over the page that was open, which goes on where it was. */
export default function SignInAgain() {
  return (
    <Dialog open aria-labelledby="sign-in-again">
      <DialogTitle id="sign-in-again">Your session is over</DialogTitle>
      <DialogContent>
        <Typography sx={{ mb: 2 }}>{WHAT_TO_DO}</Typography>
        <CredentialForm />
      </DialogContent>
    </Dialog>
  );
}
