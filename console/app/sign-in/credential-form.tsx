import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { type FormEvent, useState } from 'react';
import { isSignedOut, wordsOf } from '../../api/problem.ts';
import { IS_PORTAL } from '../mode.ts';
import { useSessionControl } from '../session.tsx';

const WHAT = IS_PORTAL ? 'portal token' : 'API key';

/** Takes a key or a portal token once, and forgets it. */
export function CredentialForm() {
  const { signIn } = useSessionControl();
  const [credential, setCredential] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(credential.trim());
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  }

  return (
    <form onSubmit={submit}>
      <TextField
        label={IS_PORTAL ? 'Portal token' : 'API key or portal token'}
        type="password"
        name="credential"
        autoComplete="off"
        fullWidth
        required
        autoFocus
        value={credential}
        onChange={({ target }) => setCredential(target.value)}
        helperText="It is exchanged for a session of this browser, and not kept."
      />
      {problem && (
        <Alert severity="error" role="alert" sx={{ mt: 2 }}>
          {problem}
        </Alert>
      )}
      <Button type="submit" variant="contained" fullWidth loading={isBusy} sx={{ mt: 2 }}>
        Sign in
      </Button>
    </form>
  );
}

function explain(error: unknown): string {
  if (!isSignedOut(error)) return wordsOf(error);
  return `No ${WHAT} of this environment has this text, or it is no longer valid. Paste the whole ${WHAT}.`;
}
