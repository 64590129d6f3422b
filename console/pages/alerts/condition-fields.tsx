import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import InputAdornment from '@mui/material/InputAdornment';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import type { ReactNode } from 'react';
import { useCatalogue } from '../../parts/catalogue.ts';
import { fieldHelp, fieldProblem } from '../../parts/problem.tsx';
import type { FieldsProps, RuleForm } from './form.ts';
import { STATISTICS } from './kinds.ts';

/** What a kind of rule asks for. */
export function ConditionFields(props: FieldsProps) {
  const { form, error, onChange } = props;
  const minutes = <NumberField {...props} of="minutes" label="Looks back" unit="min" field="when.minutes" />;
  switch (form.kind) {
    case 'successRate':
      return (
        <Row>
          <NumberField
            {...props}
            of="percent"
            label="Fewer succeed than"
            unit="%"
            field="when.below"
            limits="expected a number from 0.1 to 100"
          />
          {minutes}
          <NumberField {...props} of="minimum" label="Of at least" unit="attempts" field="when.minimum" />
        </Row>
      );
    case 'timeToDelivery':
      return (
        <>
          <TextField
            select
            label="Of which deliveries"
            value={form.statistic}
            onChange={({ target }) => onChange({ ...form, statistic: target.value as RuleForm['statistic'] })}
            {...fieldHelp(error, 'when.statistic')}
          >
            {Object.entries(STATISTICS).map(([name, { label }]) => (
              <MenuItem key={name} value={name}>
                {label}
              </MenuItem>
            ))}
          </TextField>
          <Row>
            <NumberField
              {...props}
              of="seconds"
              label="Take longer than"
              unit="s"
              field="when.aboveMs"
              limits="expected a number from 0.001 to 86400"
            />
            {minutes}
            <NumberField {...props} of="minimum" label="Of at least" unit="deliveries" field="when.minimum" />
          </Row>
        </>
      );
    case 'deadLetters':
      return (
        <Row>
          <NumberField {...props} of="atLeast" label="At least" unit="deliveries" field="when.atLeast" />
          {minutes}
        </Row>
      );
    case 'events':
      return (
        <>
          <Row>
            <NumberField {...props} of="atLeast" label="At least" unit="events" field="when.atLeast" />
            {minutes}
          </Row>
          <EventTypeField {...props} />
        </>
      );
    case 'silence':
      return (
        <>
          <Row>
            <NumberField {...props} of="hours" label="For" unit="h" field="when.hours" />
          </Row>
          {form.targetId === undefined && <EventTypeField {...props} />}
        </>
      );
  }
}

const Row = ({ children }: { readonly children: ReactNode }) => (
  <Box
    sx={{
      display: 'grid',
      gap: 2,
      gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', sm: 'repeat(3, minmax(0, 1fr))' },
    }}
  >
    {children}
  </Box>
);

interface NumberFieldProps extends FieldsProps {
  readonly of: 'percent' | 'seconds' | 'atLeast' | 'hours' | 'minutes' | 'minimum';
  readonly label: string;
  readonly unit: string;
  /** What the API calls it. */
  readonly field: string;
  /** What is said of a value that the API refuses, where its unit is another one. */
  readonly limits?: string;
}

function NumberField({ form, error, onChange, of, label, unit, field, limits }: NumberFieldProps) {
  const problem = fieldProblem(error, field);
  return (
    <TextField
      label={label}
      value={form[of]}
      onChange={({ target }) => onChange({ ...form, [of]: target.value })}
      error={problem !== undefined}
      helperText={problem !== undefined && (limits ?? problem)}
      slotProps={{
        htmlInput: { inputMode: 'decimal' },
        input: { endAdornment: <InputAdornment position="end">{unit}</InputAdornment> },
      }}
    />
  );
}

/** The type of the events that are missed, from the catalogue or typed. */
function EventTypeField({ form, error, onChange }: FieldsProps) {
  const catalogue = useCatalogue();
  return (
    <Autocomplete
      freeSolo
      options={catalogue.map(({ name }) => name)}
      inputValue={form.eventType}
      onInputChange={(_, eventType) => onChange({ ...form, eventType })}
      renderInput={(params) => (
        <TextField
          {...params}
          label="Event type"
          {...fieldHelp(error, 'when.eventType', 'Any event when left out.')}
        />
      )}
    />
  );
}
