import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink, useLocation } from 'react-router';

export function NotFound() {
  const { pathname } = useLocation();
  return (
    <>
      <Typography variant="h1" gutterBottom>
        There is no page here
      </Typography>
      <Typography gutterBottom>
        Nothing is at <code>{pathname}</code>.
      </Typography>
      <Link component={RouterLink} to="/">
        Go to the overview
      </Link>
    </>
  );
}
