import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import type { Schemas } from '../../../api/types.ts';
import { CopyLine } from '../../../parts/copy.tsx';
import { InYourCode } from '../../../parts/delivery/in-your-code.tsx';
import { Section } from '../../../parts/layout.tsx';
import { Problem } from '../../../parts/problem.tsx';
import { Time, useNow } from '../../../parts/time.tsx';
import { durationText } from '../../../parts/times.ts';
import { useAction } from '../../../parts/use-action.ts';
import { SCHEMES } from '../schemes.ts';
import type { Target } from '../use-endpoint.ts';
import { RotateSecret } from './rotate-secret.tsx';

type Secret = Schemas['Secrets']['items'][number];

/** What signs an endpoint's deliveries. It is in no cache, and gone from the page when the tab is left. */
export function Secrets({ target }: { readonly target: Target }) {
  const [shown, setShown] = useState<readonly Secret[]>();
  const [isRotating, setRotating] = useState(false);
  const { isBusy, error, run } = useAction();
  const { signature: scheme = 'standard' } = target;
  const hasKeyPair = scheme === 'ed25519';

  async function reveal(): Promise<void> {
    const { data } = await api.GET('/v1/targets/{id}/secrets', { params: { path: { id: target.id } } });
    setShown(data!.items);
  }

  return (
    <Section
      title={hasKeyPair ? 'Keys' : 'Secrets'}
      actions={
        <>
          {shown ? (
            <Button onClick={() => setShown(undefined)}>Hide</Button>
          ) : (
            <Button variant="outlined" loading={isBusy} onClick={() => void run(reveal)}>
              {hasKeyPair ? 'Show keys' : 'Reveal'}
            </Button>
          )}
          <Button variant="outlined" onClick={() => setRotating(true)}>
            Rotate
          </Button>
        </>
      }
    >
      <Typography sx={{ mb: 2 }}>
        Deliveries are signed by {SCHEMES[scheme].label}.{' '}
        {hasKeyPair
          ? 'The endpoint verifies them with the public key; the private one is never shown.'
          : 'Each reveal is written to the audit trail, with who asked for it.'}
      </Typography>
      <Problem error={error} />
      {!shown && !hasKeyPair && <Typography color="textSecondary">••••••••••••••••••••••••</Typography>}
      {!shown && target.publicKey !== undefined && <CopyLine text={target.publicKey} what="the public key" />}
      {shown?.map((secret, index) => (
        <OneSecret key={secret.keyId} secret={secret} isNewest={index === 0} />
      ))}
      <InYourCode scheme={scheme} />
      {isRotating && <RotateSecret target={target} onRotated={setShown} onClose={() => setRotating(false)} />}
    </Section>
  );
}

function OneSecret({ secret, isNewest }: { readonly secret: Secret; readonly isNewest: boolean }) {
  const now = useNow();
  const { secret: text, publicKey, keyId, createdAt, expiresAt } = secret;
  const left = expiresAt === undefined ? undefined : Date.parse(expiresAt) - now;
  return (
    <Box role="group" aria-label={isNewest ? 'The newest' : 'The one before'} sx={{ mb: 2 }}>
      <CopyLine text={text ?? publicKey ?? ''} what={text === undefined ? 'the public key' : 'the secret'} />
      <Typography variant="body2" color="textSecondary" component="div" sx={{ mt: 0.5 }}>
        Key <code>{keyId}</code>, made <Time at={createdAt} />
        {left !== undefined &&
          (left > 0
            ? `. It signs as well for another ${durationText(left)}: change the endpoint over until then.`
            : '. It no longer signs.')}
      </Typography>
    </Box>
  );
}
