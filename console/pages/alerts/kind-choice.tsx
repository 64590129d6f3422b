import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Typography from '@mui/material/Typography';
import { KIND_NAMES, KINDS, type Kind } from './kinds.ts';

/** The four kinds of rules, to begin one of them. */
export function KindChoice({ onChoose }: { onChoose(kind: Kind): void }) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))' },
      }}
    >
      {KIND_NAMES.map((kind) => (
        <ButtonBase
          key={kind}
          onClick={() => onChoose(kind)}
          sx={{
            flexDirection: 'column',
            alignItems: 'flex-start',
            justifyContent: 'flex-start',
            p: 1.5,
            textAlign: 'start',
            border: 1,
            borderColor: 'divider',
            borderRadius: 1,
            '&:hover, &:focus-visible': { borderColor: 'primary.main', bgcolor: 'action.hover' },
          }}
        >
          <Typography component="span" variant="body1" sx={{ display: 'block', fontWeight: 600 }}>
            {KINDS[kind].label}
          </Typography>
          <Typography component="span" variant="body2" color="textSecondary">
            {KINDS[kind].what}
          </Typography>
        </ButtonBase>
      ))}
    </Box>
  );
}
