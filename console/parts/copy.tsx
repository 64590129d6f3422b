import Check from '@mui/icons-material/Check';
import ContentCopy from '@mui/icons-material/ContentCopy';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useEffect, useState } from 'react';

/** Copies a text. @param what it is, for the button's name: `Copy the id` */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <Tooltip title={isCopied ? 'Copied' : `Copy ${what}`}>
      <IconButton
        aria-label={isCopied ? 'Copied' : `Copy ${what}`}
        onClick={(event) => {
          event.stopPropagation();
          void navigator.clipboard.writeText(text).then(() => setCopied(true));
        }}
        sx={{ p: 0.5 }}
      >
        {isCopied ? <Check sx={{ fontSize: 14 }} /> : <ContentCopy sx={{ fontSize: 14 }} />}
      </IconButton>
    </Tooltip>
  );
}

/** An id: its beginning and end, the whole on hover, and a button that copies it. */
export function ShortId({ id, what = 'the id' }: { readonly id: string; readonly what?: string }) {
  const short = id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id;
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', whiteSpace: 'nowrap' }}>
      <code title={id}>{short}</code>
      <CopyButton text={id} what={what} />
    </Box>
  );
}

/** A line, or a few, to copy into a shell. */
export function CopyLine({ text, what = 'the line' }: { readonly text: string; readonly what?: string }) {
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'flex-start',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'background.default',
        textAlign: 'left',
      }}
    >
      <Box
        component="pre"
        // A box that scrolls has to be reached by the keyboard.
        tabIndex={0}
        sx={{ m: 0, p: 1, flex: 1, minWidth: 0, overflowX: 'auto' }}
      >
        {text}
      </Box>
      <CopyButton text={text} what={what} />
    </Box>
  );
}
