import TextField from '@mui/material/TextField';
import { type ReactNode, useState } from 'react';
import { FormDialog } from './form-dialog.tsx';
import { Problem } from './problem.tsx';
import { useAction } from './use-action.ts';

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
  const { isBusy, error, run } = useAction();
  return (
    <FormDialog
      title={title}
      action={action}
      {...(isDangerous && { isDangerous })}
      isActionFocused={typed === undefined}
      isBusy={isBusy}
      isReady={isReady && (typed === undefined || text === typed)}
      onSubmit={() =>
        void run(async () => {
          await onConfirm();
          onClose();
        })
      }
      onClose={onClose}
    >
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
    </FormDialog>
  );
}
