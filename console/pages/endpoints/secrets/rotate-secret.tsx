import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { numberAsWritten } from '../../../api/as-written.ts';
import { api } from '../../../api/client.ts';
import { refresh } from '../../../api/queries.ts';
import type { Schemas } from '../../../api/types.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { useToast } from '../../../parts/toasts.tsx';
import type { Target } from '../use-endpoint.ts';

interface RotateSecretProps {
  readonly target: Target;
  /** With all secrets that sign now, the newest first. */
  onRotated(secrets: Schemas['Secrets']['items']): void;
  onClose(): void;
}

/** Replaces the secret; the old one signs as well until the overlap is over. */
export function RotateSecret({ target, onRotated, onClose }: RotateSecretProps) {
  const toast = useToast();
  const [hours, setHours] = useState('');
  const [own, setOwn] = useState('');
  const what = target.signature === 'ed25519' ? 'key pair' : 'secret';

  async function confirm(): Promise<void> {
    const { data } = await api.POST('/v1/targets/{id}/secrets/rotate', {
      params: { path: { id: target.id } },
      body: {
        ...(hours.trim() !== '' && { overlapHours: numberAsWritten(hours) }),
        ...(own !== '' && { secret: own }),
      },
    });
    onRotated(data!.items);
    toast({ text: `The ${what} is replaced.`, severity: 'success' });
    void refresh('/v1/targets/{id}');
  }

  return (
    <Confirm title={`Replace the ${what}?`} action="Rotate" onConfirm={confirm} onClose={onClose}>
      <Stack spacing={2}>
        <Typography>
          A new {what} signs from now on. The old one signs as well during the overlap, so that the endpoint
          can change over without a gap
          {target.signature === 'sha256' && ': its signature is in X-Hub-Signature-256-Old then'}.
        </Typography>
        <TextField
          label="Overlap, in hours"
          value={hours}
          onChange={({ target: { value } }) => setHours(value)}
          helperText="0 to 168. Left empty, what this environment has set: usually 24. 0 ends the old one at once."
          slotProps={{ htmlInput: { inputMode: 'decimal' } }}
        />
        <TextField
          label={`Your own ${what}`}
          value={own}
          onChange={({ target: { value } }) => setOwn(value)}
          helperText="Left empty, one is made."
          autoComplete="off"
          type="password"
        />
      </Stack>
    </Confirm>
  );
}
