import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { IS_PORTAL } from '../mode.ts';
import { Mark } from '../shell/mark.tsx';

/** A card in the middle of an empty page. */
export function EntranceFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Box component="main" sx={{ minHeight: '100vh', display: 'grid', placeItems: 'center', p: 2 }}>
      <Paper sx={{ p: 4, width: '100%', maxWidth: 420 }}>
        {!IS_PORTAL && <Mark size={36} />}
        <Typography variant="h1" sx={{ mt: IS_PORTAL ? 0 : 2, mb: 1 }}>
          {title}
        </Typography>
        {children}
      </Paper>
    </Box>
  );
}
