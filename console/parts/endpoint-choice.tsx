import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { endpointName, useEndpoints } from './endpoint-name.tsx';

interface EndpointChoiceProps {
  readonly value: string | undefined;
  onChange(id: string): void;
  readonly label?: string;
  readonly problem?: string | undefined;
  readonly hint?: string | undefined;
}

/** Chooses an endpoint that is there. */
export function EndpointChoice(props: EndpointChoiceProps) {
  const { value, onChange } = props;
  return (
    <Choice {...props} none={undefined} onChange={(id) => id !== undefined && onChange(id)} value={value} />
  );
}

interface MaybeProps extends Omit<EndpointChoiceProps, 'onChange'> {
  onChange(id: string | undefined): void;
  /** What it means to choose none: `All endpoints`. */
  readonly none: string;
}

/** Chooses an endpoint, or none. */
export const MaybeEndpoint = (props: MaybeProps) => <Choice {...props} />;

/** No id is empty. */
const NONE = '';

interface ChoiceProps extends Omit<MaybeProps, 'none'> {
  readonly none: string | undefined;
}

function Choice({ value, onChange, label = 'Endpoint', problem, hint, none }: ChoiceProps) {
  const endpoints = useEndpoints();
  const text = (id: string): string => {
    const known = endpoints.get(id);
    return id === NONE ? (none ?? '') : known ? endpointName(known) : id;
  };
  const first = [...(none === undefined ? [] : [NONE]), ...(value ? [value] : [])];
  return (
    <Autocomplete
      disableClearable
      options={[...new Set([...first, ...endpoints.keys()])]}
      value={(value ?? (none === undefined ? null : NONE)) as string}
      onChange={(_, next) => onChange(next === NONE ? undefined : next)}
      getOptionLabel={text}
      getOptionKey={(id) => id}
      renderOption={({ key: _, ...props }, id) => (
        <li key={id} {...props}>
          <bdi>{text(id)}</bdi>
        </li>
      )}
      renderInput={(params) => (
        <TextField {...params} label={label} error={problem !== undefined} helperText={problem ?? hint} />
      )}
    />
  );
}
