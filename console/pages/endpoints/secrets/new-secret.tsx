import Typography from '@mui/material/Typography';
import { ShownOnce } from '../../../parts/shown-once.tsx';

interface NewSecretProps {
  readonly title: string;
  readonly secret?: string | undefined;
  /** Instead of a secret, with key pairs. */
  readonly publicKey?: string | undefined;
  /** What the button does. */
  readonly action: string;
  onClose(): void;
}

/** Shows the secret, or the public key, that an endpoint was just given. */
export function NewSecret({ title, secret, publicKey, action, onClose }: NewSecretProps) {
  const what = secret === undefined ? 'public key' : 'secret';
  return (
    <ShownOnce
      title={title}
      text={secret ?? publicKey}
      what={`the ${what}`}
      action={action}
      onClose={onClose}
    >
      Give the endpoint this {what}. It verifies with it that a request comes from here.
      <Typography variant="body2" color="textSecondary" component="span" sx={{ display: 'block', mt: 1 }}>
        {secret === undefined
          ? 'It stands in the endpoint’s settings as well.'
          : 'It is shown once here. The endpoint’s Secrets tab can reveal it again; each reveal is written to the audit trail.'}
      </Typography>
    </ShownOnce>
  );
}
