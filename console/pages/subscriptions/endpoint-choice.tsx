import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { endpointName, useEndpoints } from '../../parts/endpoint-name.tsx';

interface EndpointChoiceProps {
  readonly value: string | undefined;
  onChange(id: string): void;
  readonly problem?: string | undefined;
  readonly hint?: string;
}

/** Chooses an endpoint that is there. */
export function EndpointChoice({ value, onChange, problem, hint }: EndpointChoiceProps) {
  const endpoints = useEndpoints();
  const label = (id: string): string => {
    const known = endpoints.get(id);
    return known ? endpointName(known) : id;
  };
  return (
    <Autocomplete
      disableClearable
      options={[...new Set([...(value ? [value] : []), ...endpoints.keys()])]}
      value={(value ?? null) as string}
      onChange={(_, next) => onChange(next)}
      getOptionLabel={label}
      getOptionKey={(id) => id}
      renderOption={({ key: _, ...props }, id) => (
        <li key={id} {...props}>
          <bdi>{label(id)}</bdi>
        </li>
      )}
      renderInput={(params) => (
        <TextField {...params} label="Endpoint" error={problem !== undefined} helperText={problem ?? hint} />
      )}
    />
  );
}
