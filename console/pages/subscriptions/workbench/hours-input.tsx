import Alert from '@mui/material/Alert';
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormHelperText from '@mui/material/FormHelperText';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import type { Hours } from '../filter/form.ts';
import { BUSINESS_WEEK, EMPTY_WEEK } from '../filter/hours.ts';
import { hoursLines } from '../filter/words.ts';
import { WeekGrid } from './week-grid.tsx';

interface HoursInputProps {
  readonly hours: Hours;
  onHours(hours: Hours | undefined): void;
  readonly problem: string | undefined;
}

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

/** The hours of the week in which an event must be accepted. */
export function HoursInput({ hours, onHours, problem }: HoursInputProps) {
  const words = hoursLines(hours);
  const remove = <Button onClick={() => onHours(undefined)}>Remove hours</Button>;
  if (hours.kind === 'kept') {
    return (
      <Alert severity="info" action={remove}>
        {words.join(', or ')}. The week below has whole hours of one time zone, so this is left to JSON.
      </Alert>
    );
  }
  return (
    <Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 1.5, alignItems: 'center' }}>
        <Autocomplete
          freeSolo
          disableClearable
          autoSelect
          options={ZONES}
          value={hours.timeZone}
          onChange={(_, timeZone) => onHours({ ...hours, timeZone })}
          renderInput={(params) => <TextField {...params} label="Time zone" />}
          sx={{ width: 240 }}
        />
        <Button onClick={() => onHours({ ...hours, week: BUSINESS_WEEK })}>Mon–Fri, 9–17</Button>
        <Button onClick={() => onHours({ ...hours, week: EMPTY_WEEK })}>Clear</Button>
        {remove}
      </Box>
      <WeekGrid
        week={hours.week}
        onWeek={(week) => onHours({ ...hours, week })}
        isWrong={problem !== undefined}
      />
      <Typography variant="body2" color="text.secondary" sx={{ mt: 0.5 }}>
        {words.join(', or ')}
      </Typography>
      {problem && <FormHelperText error>{problem}</FormHelperText>}
    </Box>
  );
}
