import Download from '@mui/icons-material/Download';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useMemo, useState } from 'react';
import { CopyButton } from '../copy.tsx';
import { download } from '../export/download.ts';
import { sizeText } from '../numbers.ts';
import { readExactly } from './exact-json.ts';
import { JsonTree } from './json-tree.tsx';
import { readBytes } from './read-bytes.ts';

interface PayloadProps {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType?: string | undefined;
  /** For a download, without an extension. */
  readonly name: string;
}

/** Longer texts are cut on the page, and whole in the download. */
const MOST_CHARACTERS = 200_000;

/** A body: as a tree if it is JSON, as text if it is text, and always to download. Nothing of it becomes part of the page. */
export function Payload({ bytes, contentType, name }: PayloadProps) {
  const { text, json } = useMemo(() => readBytes(bytes), [bytes]);
  const tree = useMemo(() => (json && text !== undefined ? readExactly(text) : undefined), [json, text]);
  const [chosen, setChosen] = useState<'tree' | 'raw'>('tree');
  const shown = json === undefined ? 'raw' : chosen;
  return (
    <Box>
      <Box sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: 1, mb: 1 }}>
        {json !== undefined && (
          <Tabs
            value={shown}
            onChange={(_, next) => setChosen(next)}
            aria-label="How to show the payload"
            sx={{ minHeight: 36 }}
          >
            <Tab value="tree" label="Tree" sx={{ minHeight: 36 }} />
            <Tab value="raw" label="Raw" sx={{ minHeight: 36 }} />
          </Tabs>
        )}
        <Typography
          variant="body2"
          color="textSecondary"
          // A row of its own on a phone, where it would get the room of one letter.
          sx={{ flex: { xs: '1 0 100%', sm: 1 }, order: { xs: 1, sm: 0 }, overflowWrap: 'anywhere' }}
        >
          {[contentType, sizeText(bytes.length)].filter(Boolean).join(' · ')}
        </Typography>
        {text !== undefined && <CopyButton text={text} what="the payload" />}
        <Button startIcon={<Download />} onClick={() => download(bytes, fileName(name, json, text))}>
          Download
        </Button>
      </Box>
      {text === undefined ? (
        <Typography>This is binary data, not text. Download it to look at it.</Typography>
      ) : shown === 'tree' ? (
        <JsonTree value={tree} />
      ) : (
        <Raw text={text} />
      )}
    </Box>
  );
}

export function Raw({ text }: { readonly text: string }) {
  const isCut = text.length > MOST_CHARACTERS;
  return (
    <>
      <Box
        component="pre"
        // A box that scrolls has to be reached by the keyboard.
        tabIndex={0}
        role="region"
        aria-label="Raw payload"
        dir="ltr"
        sx={{ m: 0, maxHeight: 480, overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {isCut ? text.slice(0, MOST_CHARACTERS) : text}
      </Box>
      {isCut && <Typography color="textSecondary">The rest is in the download.</Typography>}
    </>
  );
}

const fileName = (name: string, json: unknown, text: string | undefined): string =>
  `${name}.${json !== undefined ? 'json' : text !== undefined ? 'txt' : 'bin'}`;
