import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { CopyLine } from '../../../parts/copy.tsx';

interface NewSecretProps {
  readonly title: string;
  readonly secret?: string | undefined;
  /** Instead of a secret, with key pairs. */
  readonly publicKey?: string | undefined;
  /** What the button does. */
  readonly action: string;
  onClose(): void;
}

/** Shows a secret that was just made. A click beside it does not close it: it is to be copied first. */
export function NewSecret({ title, secret, publicKey, action, onClose }: NewSecretProps) {
  const titleId = useId();
  return (
    <Dialog open aria-labelledby={titleId} fullWidth maxWidth="sm">
      <DialogTitle id={titleId}>{title}</DialogTitle>
      <DialogContent>
        <Typography sx={{ mb: 1 }}>
          {secret === undefined
            ? 'Give the endpoint this public key. It verifies with it that a request comes from here.'
            : 'Give the endpoint this secret. It verifies with it that a request comes from here.'}
        </Typography>
        <CopyLine
          text={secret ?? publicKey ?? ''}
          what={secret === undefined ? 'the public key' : 'the secret'}
        />
        <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
          {secret === undefined
            ? 'It stands in the endpoint’s settings as well.'
            : 'It is shown once here. The endpoint’s Secrets tab can reveal it again; each reveal is written to the audit trail.'}
        </Typography>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" autoFocus onClick={onClose}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
