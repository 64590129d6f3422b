import Search from '@mui/icons-material/Search';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { useUrlState } from '../app/url-state.ts';

/** Words to look for on the page; they stand in the address as `q`. */
export function SearchField({ label }: { readonly label: string }) {
  const [url, change] = useUrlState();
  return (
    <TextField
      type="search"
      value={url.get('q') ?? ''}
      onChange={({ target }) => change({ q: target.value })}
      placeholder={label}
      sx={{ width: { xs: '100%', sm: 320 }, mb: 1 }}
      slotProps={{
        htmlInput: { 'aria-label': label },
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <Search fontSize="small" />
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
