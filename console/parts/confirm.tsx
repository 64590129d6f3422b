import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Problem } from './problem.tsx';

interface ConfirmProps {
  readonly title: string;
  /** What will happen, and to how many. */
  readonly children: ReactNode;
  /** A verb: what the button does. */
  readonly action: string;
  /** What has to be typed first, for what can't be undone. */
  readonly typed?: string;
  readonly isDangerous?: boolean;
  /** False while what will happen is still being found out. */
  readonly isReady?: boolean;
  /** Does it. The dialog closes when that has worked, and shows the problem when not. */
  onConfirm(): Promise<unknown>;
  onClose(): void;
}

/** Says what an action will do before it is done. */
export function Confirm({
  title,
  children,
  action,
  typed,
  isDangerous,
  isReady = true,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const titleId = useId();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  return (
    <Dialog open onClose={isBusy ? undefined : onClose} aria-labelledby={titleId} fullWidth maxWidth="xs">
      <form onSubmit={submit}>
        <DialogTitle id={titleId}>{title}</DialogTitle>
        <DialogContent>
          {children}
          {typed !== undefined && (
            <TextField
              fullWidth
              autoFocus
              margin="normal"
              label={`Type ${typed} to go on`}
              value={text}
              onChange={({ target }) => setText(target.value)}
              autoComplete="off"
            />
          )}
          <Problem error={error} />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose} disabled={isBusy}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="contained"
            color={isDangerous ? 'error' : 'primary'}
            loading={isBusy}
            disabled={!isReady || (typed !== undefined && text !== typed)}
            autoFocus={typed === undefined}
          >
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
