import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { Foreign } from '../../parts/layout.tsx';
import { useSession, useSessionControl } from '../session.tsx';

/** Over every page while an administrator acts for a tenant, so that nobody forgets whose data is shown. */
export function ActingFor() {
  const { actingFor } = useSession();
  const { reload } = useSessionControl();
  const [isBusy, setBusy] = useState(false);
  if (!actingFor) return null;
  async function leave(): Promise<void> {
    setBusy(true);
    await api.POST('/v1/session/return').catch(() => undefined);
    await reload();
  }
  return (
    <Alert
      severity="warning"
      square
      variant="standard"
      sx={{ borderRadius: 0, py: 0 }}
      action={
        <Button color="inherit" loading={isBusy} onClick={() => void leave()}>
          Return to your own tenant
        </Button>
      }
    >
      You act for <Foreign text={actingFor.name ?? actingFor.tenantId} />. What you change is theirs; both
      audit trails name you.
    </Alert>
  );
}
