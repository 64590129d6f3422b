import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import { useMemo } from 'react';
import { useWholeList } from '../../list/use-whole-list.ts';
import { filterLines } from './filter/words.ts';
import type { Filter } from './use-entity.ts';

interface FilterChoiceProps {
  readonly value: string | undefined;
  onChange(id: string): void;
  readonly problem?: string | undefined;
  readonly hint?: string;
}

const labelOf = (filter: Filter): string => filter.name ?? filterLines(filter).join(', and ');

/** Chooses a filter that is there. */
export function FilterChoice({ value, onChange, problem, hint }: FilterChoiceProps) {
  const { rows } = useWholeList('/v1/filters');
  const byId = useMemo(() => new Map(rows.map((each) => [each.id, each])), [rows]);
  const label = (id: string): string => {
    const known = byId.get(id);
    return known ? labelOf(known) : id;
  };
  return (
    <Autocomplete
      disableClearable
      options={[...new Set([...(value ? [value] : []), ...byId.keys()])]}
      value={(value ?? null) as string}
      onChange={(_, next) => onChange(next)}
      getOptionLabel={label}
      getOptionKey={(id) => id}
      renderOption={({ key: _, ...props }, id) => (
        <Box
          component="li"
          key={id}
          {...props}
          sx={{ display: 'block !important', overflowWrap: 'anywhere' }}
        >
          <bdi>{label(id)}</bdi>
          <Box component="span" sx={{ display: 'block', color: 'text.secondary', fontSize: '0.75rem' }}>
            {id}
          </Box>
        </Box>
      )}
      renderInput={(params) => (
        <TextField {...params} label="Filter" error={problem !== undefined} helperText={problem ?? hint} />
      )}
    />
  );
}
