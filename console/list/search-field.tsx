import Search from '@mui/icons-material/Search';
import InputBase from '@mui/material/InputBase';
import { useUrlState } from '../app/url-state.ts';
import { useTypedText } from './use-typed-text.ts';

/** Words to look for on the page; they stand in the address as `q`. */
export function SearchField({ label }: { readonly label: string }) {
  const [url, change] = useUrlState();
  const typed = useTypedText(url.get('q') ?? '', (q) => change({ q }));
  return (
    <InputBase
      type="search"
      {...typed}
      placeholder={label}
      inputProps={{ 'aria-label': label }}
      startAdornment={<Search aria-hidden fontSize="small" sx={{ mr: 1, color: 'text.secondary' }} />}
      sx={{
        width: { xs: '100%', sm: 320 },
        height: 36,
        px: 1.5,
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'background.paper',
        '&.Mui-focused': {
          borderColor: 'primary.main',
          boxShadow: 'inset 0 0 0 1px var(--mui-palette-primary-main)',
        },
      }}
    />
  );
}
