import Box from '@mui/material/Box';
import { Foreign } from '../../parts/layout.tsx';
import { filterLines } from './filter/words.ts';

/** A filter as a person reads it, a line for each part. All lines must hold. */
export function FilterWords({ of }: { readonly of: Parameters<typeof filterLines>[0] }) {
  const [events, ...others] = filterLines(of);
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      <li>
        <code>
          <Foreign text={events!} />
        </code>
      </li>
      {others.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other key, and do not move
        <li key={i}>
          <Box component="span" sx={{ color: 'text.secondary' }}>
            and{' '}
          </Box>
          <Foreign text={line} />
        </li>
      ))}
    </Box>
  );
}
