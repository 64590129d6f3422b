import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { isMissing } from '../api/problem.ts';
import { Problem } from './problem.tsx';

interface MissingProps {
  /** Nothing while it is being read. */
  readonly error: unknown;
  onRetry(): void;
  /** In the singular: `event`. */
  readonly what: string;
  /** Why there may be none of this id. */
  readonly why?: string;
  /** The page that lists them, and its words. */
  readonly list: { readonly to: string; readonly label: string };
  readonly isPage: boolean;
}

const REMOVED = 'or the log no longer has it: what is settled is kept for a time and then removed';

/** In place of something that is not read: it is on its way, can't be read, or is not there, which says where the others are. */
export function Missing({ error, onRetry, what, why = REMOVED, list, isPage }: MissingProps) {
  if (!error) return <LinearProgress aria-label={`Loading the ${what}`} />;
  if (!isMissing(error)) return <Problem error={error} onRetry={onRetry} />;
  return (
    <>
      <Typography variant="h1" component={isPage ? 'h1' : 'h2'} gutterBottom sx={{ pr: isPage ? 0 : 8 }}>
        There is no such {what}
      </Typography>
      <Typography gutterBottom>
        No {what} has this id, {why}.
      </Typography>
      <Link component={RouterLink} to={list.to}>
        {list.label}
      </Link>
    </>
  );
}
