import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { BASE, IS_FRAMED, IS_PORTAL } from '../mode.ts';

/**
 * In place of a form that would not help: signing in worked, but the browser kept no cookie of it.
 * @param credential opens the portal in a tab of its own, where browsers are less strict
 */
export function CookieLost({ credential }: { readonly credential: string | undefined }) {
  const isPlain = location.protocol === 'http:';
  return (
    <>
      <Typography gutterBottom>
        {IS_FRAMED
          ? 'Your browser keeps no cookie for a page in a frame, so it can’t stay signed in here.'
          : 'Your browser keeps no cookie for this address, so it can’t stay signed in.'}{' '}
        {isPlain && IS_PORTAL
          ? 'Over plain http some browsers keep none for a portal; Chromium and Firefox do.'
          : `Allow cookies for ${location.host} in its settings, and reload the page.`}
      </Typography>
      {IS_FRAMED && credential !== undefined && (
        <Button
          variant="contained"
          fullWidth
          onClick={() => open(`${BASE}/#token=${encodeURIComponent(credential)}`, '_blank', 'noopener')}
          sx={{ mt: 1 }}
        >
          Open in a new tab
        </Button>
      )}
    </>
  );
}
