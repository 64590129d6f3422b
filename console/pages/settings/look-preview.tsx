import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import { ThemeProvider } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import type { Branding } from '../../app/look.ts';
import { themeOf } from '../../app/theme.ts';
import { Foreign, Section } from '../../parts/layout.tsx';
import { Status } from '../../parts/status.tsx';

type Shown = { readonly [P in keyof Branding]?: Branding[P] | undefined };

/** How a look will look. */
export function LookPreview({ look }: { readonly look: Shown }) {
  const { accent, cornerRadius } = look;
  const theme = useMemo(() => themeOf({ accent, cornerRadius }, '.look-preview'), [accent, cornerRadius]);
  return (
    <Section title="Preview">
      <ThemeProvider theme={theme}>
        <Paper className="look-preview" sx={{ p: 2 }}>
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 2 }}>
            {look.logo && <img src={look.logo} alt="" style={{ maxHeight: 32, maxWidth: 120 }} />}
            <Typography sx={{ fontWeight: 650 }}>
              <Foreign text={look.name ?? 'Webhooks'} />
            </Typography>
          </Box>
          <Paper sx={{ p: 2, mb: 2 }}>
            <Typography gutterBottom>https://example.com/hook</Typography>
            <Status kind="endpoint" of="healthy" />
          </Paper>
          <Button variant="contained">Send test event</Button> <Button>Open</Button>
        </Paper>
      </ThemeProvider>
    </Section>
  );
}
