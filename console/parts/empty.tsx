import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import { IS_PORTAL } from '../app/mode.ts';
import { CopyLine } from './copy.tsx';

interface EmptyProps {
  /** One sentence: what is not here, and what makes it appear. */
  readonly text: ReactNode;
  /** A line to copy that does so. Consumers in a portal have no key that it works with, and are shown none. */
  readonly line?: string;
  readonly link?: { readonly to: string; readonly label: string };
  readonly children?: ReactNode;
}

/** What stands in place of a list without rows. */
export function Empty({ text, line, link, children }: EmptyProps) {
  return (
    <Box sx={{ py: 6, px: 2, mx: 'auto', maxWidth: 640, textAlign: 'center' }}>
      <Typography sx={{ mb: 2 }}>{text}</Typography>
      {line !== undefined && !IS_PORTAL && <CopyLine text={line} />}
      {link && (
        <Typography sx={{ mt: 2 }}>
          <Link component={RouterLink} to={link.to}>
            {link.label}
          </Link>
        </Typography>
      )}
      {children}
    </Box>
  );
}

/**
 * A call of the API to paste into a shell.
 * @param body JSON
 */
export function curlLine(method: string, path: string, body?: unknown): string {
  const parts = [
    'curl',
    ...(method === 'GET' || (method === 'POST' && body !== undefined) ? [] : ['-X', method]),
    `${location.origin}${path}`,
    `-H "Authorization: Bearer $KEY"`,
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json' -d ${quote(JSON.stringify(body))}`]),
  ];
  return parts.join(' ');
}

/** For a POSIX shell. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
