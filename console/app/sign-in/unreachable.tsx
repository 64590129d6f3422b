import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useEffect } from 'react';
import { wordsOf } from '../../api/problem.ts';
import { useSessionControl } from '../session.tsx';
import { EntranceFrame } from './frame.tsx';

const EVERY_MS = 5000;

/** The API does not answer yet, or no more. Tries again until it does. */
export function Unreachable({ problem }: { readonly problem: unknown }) {
  const { reload } = useSessionControl();
  useEffect(() => {
    const timer = setInterval(() => void reload(), EVERY_MS);
    return () => clearInterval(timer);
  }, [reload]);
  return (
    <EntranceFrame title="The API does not answer">
      <Typography gutterBottom>{wordsOf(problem)}</Typography>
      <Button variant="contained" onClick={() => void reload()}>
        Try again now
      </Button>
    </EntranceFrame>
  );
}
