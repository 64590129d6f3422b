import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { ApiProblem } from '../api/problem.ts';
import { Problem } from './problem.tsx';

interface MissingProps {
  readonly error: unknown;
  onRetry(): void;
  /** In the singular: `event`. */
  readonly what: string;
  /** The page that lists them, and its words. */
  readonly list: { readonly to: string; readonly label: string };
  readonly isPage: boolean;
}

/** In place of something that could not be read: one that is not there says so, and where the others are. */
export function Missing({ error, onRetry, what, list, isPage }: MissingProps) {
  if (!(error instanceof ApiProblem) || error.status !== 404)
    return <Problem error={error} onRetry={onRetry} />;
  return (
    <>
      <Typography variant="h1" component={isPage ? 'h1' : 'h2'} gutterBottom sx={{ pr: isPage ? 0 : 8 }}>
        There is no such {what}
      </Typography>
      <Typography gutterBottom>
        No {what} has this id, or the log no longer has it: what is settled is kept for a time and then
        removed.
      </Typography>
      <Link component={RouterLink} to={list.to}>
        {list.label}
      </Link>
    </>
  );
}
