import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import ToggleButton from '@mui/material/ToggleButton';
import Tooltip from '@mui/material/Tooltip';
import type { Scalar, Test } from '../filter/form.ts';
import { canIgnoreCase } from '../filter/matchers.ts';
import { EXAMPLES, OPERATORS, type OperatorName, operatorOf, withOperator } from '../filter/operators.ts';
import { readValue, valueText } from '../filter/values.ts';
import { NumericInput } from './numeric-input.tsx';

interface TestInputProps {
  readonly test: Test;
  onTest(test: Test): void;
  /** The field, for names of inputs. */
  readonly name: string;
}

/** An operator and what it is compared with. */
export function TestInput({ test, onTest, name }: TestInputProps) {
  const operator = operatorOf(test);
  if (operator === undefined) {
    return (
      <Box sx={{ pt: 1, flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
        <code>{JSON.stringify((test as { value: unknown }).value)}</code> (left to JSON)
      </Box>
    );
  }
  return (
    <Box
      sx={{
        display: 'grid',
        flex: 1,
        minWidth: 0,
        gap: 1,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: '160px minmax(0, 1fr)' },
        alignItems: 'start',
      }}
    >
      <TextField
        select
        value={operator}
        onChange={({ target }) => onTest(withOperator(test, target.value as OperatorName))}
        slotProps={{ select: { SelectDisplayProps: { 'aria-label': `Operator for ${name}` } } }}
      >
        {Object.entries(OPERATORS).map(([value, label]) => (
          <MenuItem key={value} value={value} dense>
            {label}
          </MenuItem>
        ))}
      </TextField>
      <Operand test={test} onTest={onTest} name={name} operator={operator} />
    </Box>
  );
}

function Operand({ test, onTest, name, operator }: TestInputProps & { readonly operator: OperatorName }) {
  const label = `Value for ${name}`;
  switch (test.kind) {
    case 'is':
      return (
        <Values
          values={test.values}
          onValues={(values) => onTest({ ...test, values })}
          label={label}
          example={EXAMPLES[operator]}
        />
      );
    case 'not':
      return (
        <Values
          values={test.values}
          onValues={(values) => onTest({ ...test, values })}
          label={label}
          example={EXAMPLES[operator]}
          isText={test.operator !== 'is'}
        />
      );
    case 'numeric':
      return (
        <NumericInput bounds={test.bounds} onBounds={(bounds) => onTest({ ...test, bounds })} name={name} />
      );
    case 'text':
      return (
        <TextField
          value={test.text ?? ''}
          placeholder={EXAMPLES[operator] ?? ''}
          onChange={({ target }) => onTest({ ...test, text: target.value === '' ? undefined : target.value })}
          slotProps={{
            htmlInput: { 'aria-label': label, spellCheck: false },
            input: {
              endAdornment: canIgnoreCase(test.operator) && (
                <AnyCase isOn={test.isAnyCase} onChange={(isAnyCase) => onTest({ ...test, isAnyCase })} />
              ),
            },
          }}
        />
      );
    default:
      return null;
  }
}

/** Whether upper and lower case are the same. */
const AnyCase = ({ isOn, onChange }: { readonly isOn: boolean; onChange(isOn: boolean): void }) => (
  <Tooltip title={isOn ? 'In any case' : 'Exactly this case'}>
    <ToggleButton
      value="any-case"
      size="small"
      color="primary"
      selected={isOn}
      aria-label="In any case"
      onChange={() => onChange(!isOn)}
      sx={{ border: 0, px: 0.75, py: 0, textTransform: 'none' }}
    >
      Aa
    </ToggleButton>
  </Tooltip>
);

interface ValuesProps {
  readonly values: readonly Scalar[];
  onValues(values: readonly Scalar[]): void;
  readonly label: string;
  readonly example: string | undefined;
  /** Whether whatever is typed is a text. */
  readonly isText?: boolean;
}

/** Values, of which one is enough. What is typed is kept when the input is left. */
function Values({ values, onValues, label, example, isText = false }: ValuesProps) {
  const texts = values.map((value) => (isText ? String(value) : valueText(value)));
  const read = (text: string): Scalar | undefined => (isText ? text || undefined : readValue(text));
  return (
    <Autocomplete
      multiple
      freeSolo
      autoSelect
      options={[]}
      value={texts}
      onChange={(_, next) => {
        const kept = new Map(texts.map((text, i) => [text, values[i]!]));
        const all = next.map((text) => (kept.has(text) ? kept.get(text)! : read(text)));
        onValues(all.filter((each): each is Scalar => each !== undefined));
      }}
      renderInput={(params) => (
        <TextField
          {...params}
          placeholder={values.length === 0 ? (example ?? '') : ''}
          slotProps={{
            ...params.slotProps,
            htmlInput: { ...params.slotProps.htmlInput, 'aria-label': label },
          }}
        />
      )}
    />
  );
}
