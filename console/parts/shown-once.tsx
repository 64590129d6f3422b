import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId } from 'react';
import { CopyLine } from './copy.tsx';

interface ShownOnceProps {
  readonly title: ReactNode;
  /** What it is for, and where it is kept. */
  readonly children: ReactNode;
  /** Undefined where a request was repeated, whose first answer showed it. */
  readonly text: string | undefined;
  /** With its article: `the key`. */
  readonly what: string;
  /** What the button does. */
  readonly action?: string;
  onClose(): void;
}

/** Shows what was just made, until it is copied: neither Escape nor a click beside the dialog closes it. */
export function ShownOnce({
  title,
  children,
  text,
  what,
  action = 'I have copied it',
  onClose,
}: ShownOnceProps) {
  const titleId = useId();
  return (
    <Dialog open aria-labelledby={titleId} fullWidth maxWidth="sm">
      <DialogTitle id={titleId}>{title}</DialogTitle>
      <DialogContent>
        <Typography gutterBottom>{children}</Typography>
        {text === undefined ? (
          <Typography>It was shown before.</Typography>
        ) : (
          <CopyLine text={text} what={what} />
        )}
      </DialogContent>
      <DialogActions>
        <Button variant="contained" autoFocus onClick={onClose}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
