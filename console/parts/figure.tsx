import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { Link } from 'react-router';
import { Sparkline } from './sparkline.tsx';

interface FigureProps {
  readonly label: string;
  readonly value: string;
  /** What it means, or how it compares. */
  readonly hint?: string | undefined;
  /** The list behind it. */
  readonly to: string;
  /** Its values over time, oldest first. */
  readonly over?: readonly number[];
}

/** A number that leads to the list behind it. */
export function Figure({ label, value, hint, to, over }: FigureProps) {
  return (
    <Paper
      component={Link}
      to={to}
      sx={{
        p: 1.5,
        display: 'block',
        color: 'inherit',
        textDecoration: 'none',
        minWidth: 0,
        '&:hover, &:focus-visible': { borderColor: 'primary.main' },
      }}
    >
      <Typography variant="body2" color="textSecondary" noWrap>
        {label}
      </Typography>
      <Box sx={{ display: 'flex', alignItems: 'flex-end', justifyContent: 'space-between', gap: 1 }}>
        <Typography
          component="span"
          data-figure
          sx={{ fontSize: '1.5rem', fontWeight: 650, lineHeight: 1.3, whiteSpace: 'nowrap' }}
        >
          {value}
        </Typography>
        {over && <Sparkline values={over} />}
      </Box>
      {hint && (
        <Typography variant="body2" color="textSecondary" noWrap>
          {hint}
        </Typography>
      )}
    </Paper>
  );
}
