import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { type FormEvent, type ReactNode, useId } from 'react';

interface FormDialogProps {
  readonly title: ReactNode;
  readonly children: ReactNode;
  /** A verb: what the button does. */
  readonly action: string;
  readonly isDangerous?: boolean;
  /** For a dialog without a field: Enter acts. */
  readonly isActionFocused?: boolean;
  readonly isBusy: boolean;
  /** False while something is missing that the viewer can see. */
  readonly isReady?: boolean;
  /** The other button: `Close` where the dialog stays after it has acted. */
  readonly cancel?: 'Cancel' | 'Close';
  readonly maxWidth?: 'xs' | 'sm' | 'md';
  onSubmit(): void;
  onClose(): void;
}

/** A form over the page. It stays while it acts, so that its problem has a place. */
export function FormDialog({
  title,
  children,
  action,
  isDangerous,
  isActionFocused,
  isBusy,
  isReady = true,
  cancel = 'Cancel',
  maxWidth = 'xs',
  onSubmit,
  onClose,
}: FormDialogProps) {
  const titleId = useId();
  function submit(event: FormEvent): void {
    event.preventDefault();
    onSubmit();
  }
  // The API says what is wrong, in its own words, so the browser does not.
  return (
    <Dialog
      open
      onClose={isBusy ? undefined : onClose}
      aria-labelledby={titleId}
      fullWidth
      maxWidth={maxWidth}
    >
      <form onSubmit={submit} noValidate>
        <DialogTitle id={titleId}>{title}</DialogTitle>
        <DialogContent>{children}</DialogContent>
        <DialogActions>
          <Button onClick={onClose} disabled={isBusy}>
            {cancel}
          </Button>
          <Button
            type="submit"
            variant="contained"
            color={isDangerous ? 'error' : 'primary'}
            loading={isBusy}
            disabled={!isReady}
            autoFocus={isActionFocused}
          >
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
