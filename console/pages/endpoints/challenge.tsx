import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { $api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useMay } from '../../app/session.tsx';
import { Facts, Foreign, Section } from '../../parts/layout.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Time } from '../../parts/time.tsx';
import type { Scheme } from './schemes.ts';
import type { Target } from './use-endpoint.ts';

const STATES = {
  pending: 'Under way: it has been sent, and no answer has come yet',
  passed: 'Passed',
  failed: 'Failed',
} as const;

/** What each scheme's endpoint has to answer. */
const EXPECTED: Readonly<Record<Scheme, string>> = {
  standard: 'sha256= and the hexadecimal HMAC-SHA256 of the challenge, keyed with the text of the secret',
  sha256: 'sha256= and the hexadecimal HMAC-SHA256 of the challenge, keyed with the text of the secret',
  ed25519: 'the challenge itself',
};

/** Whether the endpoint has shown that it knows its secret. */
export function Challenge({ target }: { readonly target: Target }) {
  const may = useMay();
  const { id, challengeRequired, verification, signature } = target;
  const send = $api.useMutation('post', '/v1/targets/{id}/challenge', {
    onSuccess: () => refresh('/v1/targets'),
  });
  if (!challengeRequired) {
    return (
      <Section title="Challenge">
        <Typography>
          This endpoint is not challenged. With a challenge, nothing is delivered until it has shown that it
          knows its secret.
        </Typography>
        {may('manage') && (
          <Typography sx={{ mt: 1 }}>
            <Link component={RouterLink} to="?tab=settings">
              Switch it on in the settings
            </Link>
          </Typography>
        )}
      </Section>
    );
  }
  const state = verification?.state ?? 'pending';
  return (
    <Section
      title="Challenge"
      actions={
        may('manage') && (
          <Button
            variant="outlined"
            loading={send.isPending}
            onClick={() => send.mutate({ params: { path: { id } } })}
          >
            Send the challenge again
          </Button>
        )
      }
    >
      {state === 'pending' && <LinearProgress aria-label="Waiting for the answer" sx={{ mb: 2 }} />}
      <Facts
        of={[
          ['State', STATES[state]],
          ['Since', verification?.at && <Time at={verification.at} />],
          ['Problem', verification?.problem && <Foreign text={verification.problem} />],
          ['What is sent', <code key="sent">{'{"type": "posthorn.challenge", "challenge": "…"}'}</code>],
          [
            'What it answers',
            <span key="answers">
              2xx with <code>{'{"response": "…"}'}</code>, where the response is{' '}
              {EXPECTED[signature ?? 'standard']}
            </span>,
          ],
        ]}
      />
      <Problem error={send.error} />
    </Section>
  );
}
