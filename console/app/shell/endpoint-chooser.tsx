import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useEffect } from 'react';
import { optionsOf } from '../../list/options.ts';
import { endpointName, useEndpoints } from '../../parts/endpoint-name.tsx';
import { rememberScope, useScope } from '../../parts/limited.ts';
import { useUrlState } from '../url-state.ts';

/** Chooses the endpoint that the page is of, for a consumer who may see some of them alone. */
export default function EndpointChooser() {
  const { targetId } = useScope();
  const [url, change] = useUrlState();
  const options = optionsOf(useEndpoints().values(), endpointName);
  const isKnown = options.some(({ value }) => value === targetId);
  // An endpoint that was deleted is no place to begin.
  const shown = isKnown ? targetId : options[0]?.value;
  const inAddress = url.get('targetId');
  useEffect(() => {
    if (shown === undefined) return;
    rememberScope(shown);
    if (inAddress !== shown) change({ targetId: shown });
  }, [shown, inAddress, change]);
  return (
    <Box sx={{ mb: 2 }}>
      <TextField
        select
        label="Endpoint"
        value={shown ?? ''}
        onChange={({ target }) => change({ targetId: target.value, open: undefined }, { push: true })}
        sx={{ width: '100%', maxWidth: 360 }}
      >
        {options.map(({ value, label }) => (
          <MenuItem key={value} value={value} sx={{ maxWidth: '90vw' }}>
            <Box component="bdi" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
              {label}
            </Box>
          </MenuItem>
        ))}
      </TextField>
    </Box>
  );
}
