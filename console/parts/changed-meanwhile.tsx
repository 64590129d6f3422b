import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';

interface ChangedMeanwhileProps {
  /** Shows the newest state and drops what was typed. */
  onReload(): Promise<unknown>;
  /** Saves what was typed on top of the newest state. */
  onOverwrite(): Promise<unknown>;
}

/** Instead of overwriting what somebody else has saved since. */
export function ChangedMeanwhile({ onReload, onOverwrite }: ChangedMeanwhileProps) {
  return (
    <Alert
      severity="warning"
      role="alert"
      action={
        <>
          <Button color="inherit" onClick={() => void onReload()}>
            Show theirs
          </Button>
          <Button color="inherit" onClick={() => void onOverwrite()}>
            Save mine over it
          </Button>
        </>
      }
    >
      Somebody has changed it since you opened it. Nothing of yours is saved yet.
    </Alert>
  );
}
