import Close from '@mui/icons-material/Close';
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormHelperText from '@mui/material/FormHelperText';
import IconButton from '@mui/material/IconButton';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import type { Test, TestRow } from '../filter/form.ts';
import { TestInput } from './test-input.tsx';

interface ConditionRowProps {
  readonly row: TestRow;
  onRow(row: TestRow): void;
  onRemove(): void;
  /** What is missing. */
  readonly hint: string | undefined;
  /** What does not hold, or is refused. */
  readonly problem: string | undefined;
}

const STACK = { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 1, minWidth: 0 } as const;

const OWN_FIELDS = ['source', 'type', 'region', 'priority'] as const;

/** What one field must be: any of its tests is enough. */
export function ConditionRow({ row, onRow, onRemove, hint, problem }: ConditionRowProps) {
  const { field, tests } = row;
  const name = field.trim() === '' ? 'new condition' : field;
  const setTest = (place: number, test: Test | undefined): void =>
    onRow({
      ...row,
      tests: test ? tests.map((each, i) => (i === place ? test : each)) : tests.filter((_, i) => i !== place),
    });
  return (
    <Box
      role="group"
      aria-label={`Condition on ${name}`}
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: 'minmax(0, 1fr) auto', sm: '168px minmax(0, 1fr) auto' },
        gap: 1,
        alignItems: 'start',
        pl: 1,
        py: 0.5,
        mb: 1,
        borderLeft: 3,
        borderColor: problem === undefined ? 'divider' : 'error.main',
      }}
    >
      <Autocomplete
        freeSolo
        disableClearable
        options={optionsOf(field)}
        filterOptions={(options) => options}
        inputValue={field}
        onInputChange={(_, next) => onRow({ ...row, field: next })}
        value={field}
        renderInput={(params) => (
          <TextField {...params} label="Field" placeholder="data.level" error={problem !== undefined} />
        )}
      />
      <Box sx={{ gridColumn: { xs: '1 / -1', sm: 'auto' }, order: { xs: 3, sm: 0 }, ...STACK }}>
        {tests.map((test, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a test has no other key
          <Box key={i} sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
            {i > 0 && <Box sx={{ pt: 1, color: 'text.secondary' }}>or</Box>}
            <TestInput test={test} onTest={(next) => setTest(i, next)} name={name} />
            {tests.length > 1 && (
              <Tooltip title="Remove this alternative">
                <IconButton
                  aria-label="Remove this alternative"
                  onClick={() => setTest(i, undefined)}
                  sx={{ mt: 0.5 }}
                >
                  <Close sx={{ fontSize: 16 }} />
                </IconButton>
              </Tooltip>
            )}
            {i === tests.length - 1 && (
              <Tooltip title="Another value or operator that is enough">
                <Button
                  aria-label={`Or: an alternative for ${name}`}
                  sx={{ minWidth: 40, mt: 0.5 }}
                  onClick={() => onRow({ ...row, tests: [...tests, { kind: 'is', values: [] }] })}
                >
                  Or
                </Button>
              </Tooltip>
            )}
          </Box>
        ))}
        {(problem ?? hint) && (
          <FormHelperText error={problem !== undefined}>{problem ?? hint}</FormHelperText>
        )}
      </Box>
      <Tooltip title="Remove condition">
        <IconButton aria-label={`Remove the condition on ${name}`} onClick={onRemove} sx={{ mt: 0.5 }}>
          <Close sx={{ fontSize: 18 }} />
        </IconButton>
      </Tooltip>
    </Box>
  );
}

/** The event's own fields; and what is typed as a field of the payload, which it mostly is. */
function optionsOf(typed: string): string[] {
  const text = typed.trim();
  const own = OWN_FIELDS.filter((each) => each.startsWith(text));
  if (text === '') return [...own, 'data.'];
  const isKnown = /^(data|source|type|region|priority)\b/.test(text);
  return isKnown ? own : [`data.${text}`, ...own];
}
