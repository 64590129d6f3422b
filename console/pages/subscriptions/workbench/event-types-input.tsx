import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import { useMemo } from 'react';
import { useCatalogue } from '../../../parts/catalogue.ts';
import { isPattern, patternWords } from '../../../parts/event-patterns.ts';
import { OWN_TYPES, ownEventText } from '../../../parts/own-events.ts';

interface EventTypesInputProps {
  readonly values: readonly string[];
  onValues(values: readonly string[]): void;
  readonly problem: string | undefined;
}

/** Event types and patterns, from the catalogue or typed. */
export function EventTypesInput({ values, onValues, problem }: EventTypesInputProps) {
  const catalogue = useCatalogue();
  const options = useMemo(() => choices(catalogue.map(({ name }) => name)), [catalogue]);
  const described = useMemo(
    () => new Map(catalogue.map(({ name, description }) => [name, description])),
    [catalogue],
  );
  return (
    <Autocomplete
      multiple
      freeSolo
      autoSelect
      filterSelectedOptions
      options={options}
      value={[...values]}
      onChange={(_, next) => onValues([...new Set(next.map((each) => each.trim()).filter(Boolean))])}
      renderOption={({ key: _, ...props }, option) => (
        <Box
          component="li"
          key={option}
          {...props}
          sx={{ display: 'block !important', overflowWrap: 'anywhere' }}
        >
          <code>
            <bdi>{option}</bdi>
          </code>
          <Box component="span" sx={{ display: 'block', color: 'text.secondary', fontSize: '0.75rem' }}>
            {isPattern(option) ? patternWords(option) : (described.get(option) ?? ownEventText(option))}
          </Box>
        </Box>
      )}
      renderInput={(params) => (
        <TextField
          {...params}
          label="Event types or patterns"
          placeholder={values.length === 0 ? 'order.created, order.**' : ''}
          error={problem !== undefined}
          helperText={
            problem ?? (
              <>
                <code>*</code> stands for one segment between dots, <code>**</code> for any number of them.
              </>
            )
          }
        />
      )}
    />
  );
}

/** Everything, all that begin alike, each type of the catalogue, and Posthorn's own. */
function choices(names: readonly string[]): string[] {
  const families = names.flatMap((name) => {
    const [first] = name.split('.');
    return name.includes('.') ? [`${first}.**`] : [];
  });
  return [...new Set(['**', ...families, ...names, ...OWN_TYPES])];
}
