import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { CopyLine } from '../../parts/copy.tsx';
import { Foreign } from '../../parts/layout.tsx';

/** A secret that the API shows once. */
export interface Shown {
  readonly what: 'key' | 'portal link';
  readonly name: string;
  /** Undefined where a request was repeated, and was shown already. */
  readonly text: string | undefined;
}

/** Shows a secret until the dialog is closed; then it is gone. */
export function ShowOnce({ what, name, text, onClose }: Shown & { onClose(): void }) {
  return (
    <Dialog open fullWidth maxWidth="sm" aria-labelledby="show-once">
      <DialogTitle id="show-once">
        The {what} for <Foreign text={name} />
      </DialogTitle>
      <DialogContent>
        <Typography gutterBottom>
          Copy it now. It is not shown again{what === 'key' ? ', and only a hash of it is stored' : ''}.
        </Typography>
        {text === undefined ? (
          <Typography>It was shown before.</Typography>
        ) : (
          <CopyLine text={text} what={`the ${what}`} />
        )}
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          I have copied it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
