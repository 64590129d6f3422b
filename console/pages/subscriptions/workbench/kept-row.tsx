import Close from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import FormHelperText from '@mui/material/FormHelperText';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { Foreign } from '../../../parts/layout.tsx';
import type { KeptRow as Row } from '../filter/form.ts';
import { conditionLines } from '../filter/words.ts';

interface KeptRowProps {
  readonly row: Row;
  onRemove(): void;
  readonly problem: string | undefined;
}

/** Alternatives, and what else a row can't show: to read here, to edit as JSON. */
export function KeptRow({ row, onRemove, problem }: KeptRowProps) {
  const { path, value } = row;
  const around = path.slice(0, -1);
  const alternatives = path.at(-1) === '$or' && Array.isArray(value) ? value : undefined;
  return (
    <Box
      role="group"
      aria-label={alternatives ? 'Alternatives' : `Condition on ${path.join('.')}`}
      sx={{
        display: 'flex',
        gap: 1,
        pl: 1,
        py: 0.5,
        mb: 1,
        borderLeft: 3,
        borderColor: problem === undefined ? 'divider' : 'error.main',
      }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>
        {alternatives ? (
          <>
            <Typography>One of these must hold:</Typography>
            <Box component="ul" sx={{ m: 0, pl: 3 }}>
              {alternatives.map((one, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: alternatives have no other key
                <li key={i}>
                  <Foreign text={conditionLines(one, around).join(' and ')} />
                </li>
              ))}
            </Box>
          </>
        ) : (
          <Foreign text={conditionLines({ [path.at(-1)!]: value }, around).join(' and ')} />
        )}
        <Typography variant="body2" color="text.secondary">
          Kept as it is. Edit it in the tab JSON.
        </Typography>
        {problem && <FormHelperText error>{problem}</FormHelperText>}
      </Box>
      <Tooltip title="Remove condition">
        <IconButton aria-label="Remove what is left to JSON" onClick={onRemove} sx={{ alignSelf: 'start' }}>
          <Close sx={{ fontSize: 18 }} />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
