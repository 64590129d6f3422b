import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useRouteError } from 'react-router';
import { PRODUCT } from './mode.ts';

/** Instead of a page whose code could not be loaded, or that failed. */
export function PageFailed() {
  const error = useRouteError();
  const text = error instanceof Error ? error.message : String(error);
  // After an update the server no longer has the code of the version before.
  const isStale = /dynamically imported module|module script/i.test(text);
  return (
    <Alert
      severity={isStale ? 'info' : 'error'}
      action={<Button onClick={() => location.reload()}>Reload the page</Button>}
    >
      <Typography sx={{ fontWeight: 600 }}>
        {isStale ? `${PRODUCT} was updated` : 'This page failed'}
      </Typography>
      {isStale ? 'Reload the page to get its new version.' : text}
    </Alert>
  );
}
