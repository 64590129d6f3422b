import Avatar from '@mui/material/Avatar';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Slider from '@mui/material/Slider';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type ChangeEvent, type FormEvent, useEffect, useRef, useState } from 'react';
import { $api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import type { Branding } from '../../app/look.ts';
import { Section } from '../../parts/layout.tsx';
import { fieldHelp, fieldProblem, Problem } from '../../parts/problem.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { LookPreview } from './look-preview.tsx';

const COLOUR = /^#[0-9a-f]{6}$/i;

/** How the portal looks to consumers. */
export function LookTab() {
  const { data, error, refetch } = $api.useQuery('get', '/v1/branding');
  const [look, setLook] = useState<Partial<Branding>>({});
  const save = $api.useMutation('put', '/v1/branding');
  const toast = useToast();
  const file = useRef<HTMLInputElement>(null);
  useEffect(() => setLook(data ?? {}), [data]);
  const set = (change: Partial<Record<keyof Branding, unknown>>): void =>
    setLook((before) => withoutEmpty({ ...before, ...change }));

  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate(
      { body: look as Branding },
      {
        onSuccess: () => {
          void refresh('/v1/branding');
          toast({ severity: 'success', text: 'Saved. The portal looks like this from its next opening on.' });
        },
      },
    );
  }

  async function chooseLogo({ target }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [chosen] = target.files ?? [];
    if (chosen) set({ logo: await dataUrlOf(chosen) });
    target.value = '';
  }

  if (!data) return <Problem error={error} onRetry={() => void refetch()} />;
  const logoProblem = fieldProblem(save.error, 'logo');
  const isColour = look.accent === undefined || COLOUR.test(look.accent);
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { md: '1fr 1fr' } }}>
      <Section title="Portal look">
        <Stack component="form" onSubmit={submit} spacing={2}>
          <TextField
            label="Name"
            value={look.name ?? ''}
            onChange={({ target }) => set({ name: target.value })}
            {...fieldHelp(save.error, 'name', 'What stands at the portal’s top.')}
          />
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
            {look.logo && (
              <Avatar
                variant="square"
                src={look.logo}
                alt="The logo"
                slotProps={{ img: { style: { objectFit: 'contain' } } }}
              />
            )}
            <Button variant="outlined" onClick={() => file.current?.click()}>
              Choose a logo
            </Button>
            <input
              ref={file}
              type="file"
              hidden
              accept="image/png,image/jpeg,image/svg+xml,image/webp"
              onChange={(event) => void chooseLogo(event)}
            />
            {look.logo && <Button onClick={() => set({ logo: undefined })}>Remove it</Button>}
            <Typography variant="body2" color={logoProblem ? 'error' : 'textSecondary'}>
              {logoProblem ?? 'PNG, JPEG, SVG or WebP, up to 32 kB.'}
            </Typography>
          </Box>
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
            <TextField
              label="Accent colour"
              value={look.accent ?? ''}
              placeholder="#3b4cca"
              onChange={({ target }) => set({ accent: target.value })}
              error={!isColour}
              helperText={
                isColour
                  ? 'Of links and buttons. It is darkened or lightened where it could not be read.'
                  : 'Expected #rrggbb, such as #3b4cca.'
              }
              sx={{ flex: 1 }}
            />
            <input
              type="color"
              aria-label="Choose the accent colour"
              value={isColour ? (look.accent ?? '#3b4cca') : '#3b4cca'}
              onChange={({ target }) => set({ accent: target.value })}
              style={{ width: 40, height: 40, padding: 0, border: 0, background: 'none' }}
            />
          </Box>
          <Box>
            <Typography id="corner-radius" gutterBottom>
              Corners: {look.cornerRadius ?? 8} px
            </Typography>
            <Slider
              aria-labelledby="corner-radius"
              min={0}
              max={16}
              value={look.cornerRadius ?? 8}
              onChange={(_, cornerRadius) => set({ cornerRadius })}
            />
          </Box>
          <Problem error={save.error} />
          <Button
            type="submit"
            variant="contained"
            loading={save.isPending}
            disabled={!isColour}
            sx={{ alignSelf: 'flex-start' }}
          >
            Save
          </Button>
        </Stack>
      </Section>
      <LookPreview look={isColour ? look : { ...look, accent: undefined }} />
    </Box>
  );
}

const withoutEmpty = (look: object): Partial<Branding> =>
  Object.fromEntries(Object.entries(look).filter(([, value]) => value !== undefined && value !== ''));

const dataUrlOf = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error('The file could not be read.'));
    reader.readAsDataURL(file);
  });
