import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { failureText } from '../failure-words.ts';
import { Facts, Foreign } from '../layout.tsx';
import { durationText } from '../times.ts';
import { failedInText, type Stage, stagesOf } from './times-split.ts';
import type { Attempt } from './types.ts';
import { attemptNotes, isSuccess } from './words.ts';

/** What came back, and where the time went. */
export function ResponseTab({ attempt }: { readonly attempt: Attempt }) {
  const { statusCode, detail, answer, request } = attempt;
  return (
    <>
      <Facts
        of={[
          ['Status', <Code key="code" attempt={attempt} />],
          ['Detail', detail && <Foreign text={detail} />],
          ['Failed in', request?.failedIn && failedInText(request.failedIn)],
          ['Took', durationText(attempt.durationMs)],
          ['Address', request?.remoteAddress && <code>{request.remoteAddress}</code>],
          ['Connection', connectionText(attempt)],
        ]}
      />
      <Split stages={stagesOf(attempt)} />
      {attemptNotes(attempt).map((note) => (
        <Typography key={note} color="textSecondary" sx={{ mt: 1 }}>
          {note}
        </Typography>
      ))}
      <Typography variant="h3" sx={{ mt: 2, mb: 0.5 }}>
        First bytes of the answer
      </Typography>
      {answer ? (
        <Box
          component="pre"
          tabIndex={0}
          role="region"
          aria-label="Answer"
          dir="ltr"
          sx={{
            m: 0,
            p: 1,
            maxHeight: 320,
            overflow: 'auto',
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
            bgcolor: 'background.default',
            borderRadius: 1,
          }}
        >
          {answer}
        </Box>
      ) : (
        <Typography color="textSecondary">
          {statusCode === undefined ? 'There was no answer.' : 'The answer had no body.'}
        </Typography>
      )}
    </>
  );
}

function Code({ attempt }: { readonly attempt: Attempt }) {
  return (
    <Box
      component="span"
      sx={(theme) => ({
        fontWeight: 650,
        color: (theme.vars ?? theme).palette.status[isSuccess(attempt) ? 'delivered' : 'dead'],
      })}
    >
      {isSuccess(attempt) ? `${attempt.statusCode}, accepted` : failureText(attempt)}
    </Box>
  );
}

function connectionText({ request }: Attempt): string | undefined {
  if (!request) return undefined;
  const tls = request.tlsVersion === undefined ? '' : `, TLS ${request.tlsVersion}`;
  return `${request.protocol}${tls}${request.connectionReused ? ', over a connection that was open' : ''}`;
}

/** Shades of one colour, since colours of states mean states. */
const SHADES = [1, 0.55, 0.8, 0.4, 0.65, 0.25];

function Split({ stages }: { readonly stages: readonly Stage[] }) {
  const total = stages.reduce((sum, { ms }) => sum + ms, 0);
  if (stages.length === 0) return null;
  return (
    <Box sx={{ mt: 2 }}>
      <Box aria-hidden sx={{ display: 'flex', height: 8, borderRadius: 1, overflow: 'hidden', gap: '1px' }}>
        {stages.map(({ label, ms }, i) => (
          <Box
            key={label}
            sx={{ bgcolor: 'primary.main', opacity: SHADES[i % SHADES.length], minWidth: 2 }}
            style={{ width: `${(ms / total) * 100}%` }}
          />
        ))}
      </Box>
      <Box
        component="ul"
        aria-label="Where the time went"
        sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, m: 0, mt: 0.5, p: 0, listStyle: 'none' }}
      >
        {stages.map(({ label, ms }, i) => (
          <Box component="li" key={label} sx={{ display: 'flex', alignItems: 'center', gap: 0.75 }}>
            <Box
              aria-hidden
              sx={{
                width: 8,
                height: 8,
                borderRadius: 0.5,
                bgcolor: 'primary.main',
                opacity: SHADES[i % SHADES.length],
              }}
            />
            {label} <Typography color="textSecondary">{durationText(ms)}</Typography>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
