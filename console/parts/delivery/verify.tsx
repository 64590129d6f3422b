import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { CopyLine } from '../copy.tsx';
import { Facts, Foreign } from '../layout.tsx';
import { LANGUAGES, type LanguageId, SCHEMES, snippetOf } from './snippets.ts';
import type { Attempt } from './types.ts';

const KEPT = 'posthorn-language';

/** The signature's parts, and code that checks it, in the viewer's language. */
export default function Verify({ attempt: { request } }: { readonly attempt: Attempt }) {
  const [language, setLanguage] = useState(readLanguage);
  if (!request) {
    return (
      <Typography color="textSecondary">
        The signature is kept of the last 3 attempts. Choose one of these.
      </Typography>
    );
  }
  const { scheme, keyIds } = request.signature;
  const known = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  const header = (name: string): string | undefined => request.headers?.[name];
  const isOfBodyAlone = scheme === 'sha256';
  const snippet = snippetOf(scheme, language);
  return (
    <>
      <Facts
        of={[
          ['Scheme', <code key="scheme">{scheme}</code>],
          ['Signed', known?.what],
          [
            'Id',
            isOfBodyAlone ? undefined : <Foreign key="id" text={header('webhook-id') ?? 'not shown here'} />,
          ],
          ['Timestamp', isOfBodyAlone ? undefined : timestampText(header('webhook-timestamp'))],
          [
            'Body',
            `${header('content-length') ?? 'All'} bytes, exactly as they came: parsing and writing JSON again changes them`,
          ],
          [
            'Signature',
            <code key="signature">
              <Foreign text={(known && header(known.header)) ?? 'not shown here'} />
            </code>,
          ],
          [keyIds.length === 1 ? 'Key' : 'Keys', <code key="keys">{keyIds.join(', ')}</code>],
        ]}
      />
      {keyIds.length > 1 && (
        <Typography color="textSecondary" sx={{ mt: 1 }}>
          The secret is being replaced, so old and new both sign. One signature that fits is enough.
        </Typography>
      )}
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

function timestampText(text: string | undefined): string {
  if (text === undefined) return 'not shown here';
  const ms = Number(text) * 1000;
  return Number.isNaN(ms)
    ? text
    : `${text} (${new Date(ms).toISOString().replace('T', ' ').slice(0, 19)} UTC)`;
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
