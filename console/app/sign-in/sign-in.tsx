import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import Typography from '@mui/material/Typography';
import { $api } from '../../api/client.ts';
import { IS_PORTAL } from '../mode.ts';
import { useSessionControl } from '../session.tsx';
import { problemOfStart } from './carried.ts';
import { CookieLost } from './cookie-lost.tsx';
import { CredentialForm } from './credential-form.tsx';
import { EntranceFrame } from './frame.tsx';
import { signInWithOidc } from './oidc.ts';

export default function SignIn() {
  const { data: console } = $api.useQuery('get', '/v1/console', {}, { staleTime: Number.POSITIVE_INFINITY });
  const { state } = useSessionControl();
  const lost = state.kind === 'signed-out' ? state.lost : undefined;
  const problem = problemOfStart();
  const oidc = IS_PORTAL ? undefined : console?.oidc;
  if (lost) {
    return (
      <EntranceFrame title="No cookie was kept">
        <CookieLost credential={lost.credential} />
      </EntranceFrame>
    );
  }
  return (
    <EntranceFrame title={IS_PORTAL ? 'Open the portal' : 'Sign in'}>
      {console && !IS_PORTAL && (
        <Typography color="textSecondary" sx={{ mb: 2 }}>
          Environment <b>{console.environment}</b>
        </Typography>
      )}
      {problem && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {problem}
        </Alert>
      )}
      {oidc && (
        <>
          <Button fullWidth size="large" variant="contained" onClick={() => signInWithOidc(oidc)}>
            Sign in with {new URL(oidc.issuer).host}
          </Button>
          <Divider sx={{ my: 2 }}>or</Divider>
        </>
      )}
      <CredentialForm />
    </EntranceFrame>
  );
}
