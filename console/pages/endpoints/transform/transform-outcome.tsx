import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { Schemas } from '../../../api/types.ts';
import { Foreign } from '../../../parts/layout.tsx';
import { problemText, requestLine, shownBody } from './outcome-words.ts';

/** What an expression made of an event: the request, or why there is none. */
export function TransformOutcome({ outcome }: { readonly outcome: Schemas['TransformOutcome'] }) {
  const { request, problem } = outcome;
  if (!request) {
    return (
      <Alert severity="error" role="alert">
        <Foreign text={problemText(problem)} />
      </Alert>
    );
  }
  const { headers } = request;
  return (
    <Box role="status" aria-label="The request" sx={{ minWidth: 0 }}>
      <Typography sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
        <Foreign text={requestLine(request)} />
      </Typography>
      {headers && (
        <Pre
          text={Object.entries(headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n')}
        />
      )}
      <Pre text={shownBody(request)} />
    </Box>
  );
}

const Pre = ({ text }: { readonly text: string }) => (
  <Box
    component="pre"
    tabIndex={0}
    sx={{
      m: 0,
      mt: 1,
      p: 1,
      maxHeight: 320,
      overflow: 'auto',
      border: 1,
      borderColor: 'divider',
      borderRadius: 1,
      fontSize: '0.8125rem',
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
    }}
  >
    <Foreign text={text} />
  </Box>
);
