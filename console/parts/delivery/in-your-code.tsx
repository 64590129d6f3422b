import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { CopyLine } from '../copy.tsx';
import { LANGUAGES, type LanguageId, snippetOf } from './snippets.ts';

const KEPT = 'posthorn-language';

/** Code that verifies what an endpoint is sent, in the viewer's language. @param scheme how it is signed */
export function InYourCode({ scheme }: { readonly scheme: string }) {
  const [language, setLanguage] = useState(readLanguage);
  const snippet = snippetOf(scheme, language);
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, mt: 2, mb: 1 }}>
        <Typography variant="h3" sx={{ flex: 1 }}>
          In your code
        </Typography>
        <TextField
          select
          label="Language"
          value={language}
          onChange={({ target }) => {
            setLanguage(target.value as LanguageId);
            keepLanguage(target.value);
          }}
          sx={{ minWidth: 140 }}
        >
          {LANGUAGES.map(({ id, label }) => (
            <MenuItem key={id} value={id}>
              {label}
            </MenuItem>
          ))}
        </TextField>
      </Box>
      {snippet?.install && (
        <Box sx={{ mb: 1 }}>
          <CopyLine text={snippet.install} what="the package to install" />
        </Box>
      )}
      {snippet && <CopyLine text={snippet.code} what="the code" />}
    </>
  );
}

function readLanguage(): LanguageId {
  try {
    const kept = localStorage.getItem(KEPT);
    return LANGUAGES.find(({ id }) => id === kept)?.id ?? 'javascript';
  } catch {
    return 'javascript';
  }
}

function keepLanguage(id: string): void {
  try {
    localStorage.setItem(KEPT, id);
  } catch {
    // Without storage it is chosen for as long as the page is open.
  }
}
