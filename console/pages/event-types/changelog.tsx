import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { $api } from '../../api/client.ts';
import { Foreign, Section } from '../../parts/layout.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';

const SHOWN = 5;

/** What became of an event type's schema, and what that means for those who read its events. */
export function Changelog({ name }: { readonly name: string }) {
  const [isWhole, setWhole] = useState(false);
  const { data, error, refetch } = $api.useQuery('get', '/v1/event-type-changes/{name}', {
    params: { path: { name } },
  });
  const items = data?.items ?? [];
  return (
    <Section title="Changes of the schema">
      {!data && <Problem error={error} onRetry={() => void refetch()} />}
      {data && items.length === 0 && (
        <Typography color="text.secondary">The schema is as it was when the type was described.</Typography>
      )}
      {items.slice(0, isWhole ? items.length : SHOWN).map((entry) => (
        <Box key={entry.at} sx={{ py: 1, '& + &': { borderTop: 1, borderColor: 'divider' } }}>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, alignItems: 'center' }}>
            <Status kind="schema" of={entry.compatibility} />
            <Time at={entry.at} />
            <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
              version{' '}
              <Foreign
                text={
                  entry.previousVersion === undefined
                    ? entry.version
                    : `${entry.previousVersion} → ${entry.version}`
                }
              />
            </Typography>
          </Box>
          <Changes entry={entry} />
        </Box>
      ))}
      {items.length > SHOWN && !isWhole && (
        <Button onClick={() => setWhole(true)}>Show all {items.length}</Button>
      )}
    </Section>
  );
}

interface ChangesProps {
  readonly entry: {
    readonly changes: readonly {
      readonly path: string;
      readonly rule: string;
      readonly effect: string;
      readonly message: string;
    }[];
    readonly more?: number | undefined;
  };
}

/** Each with its effect where they have several. */
function Changes({ entry: { changes, more } }: ChangesProps) {
  const isMixed = new Set(changes.map(({ effect }) => effect)).size > 1;
  return (
    <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2.5 }}>
      {changes.map(({ path, rule, effect, message }) => (
        <Box component="li" key={`${path} ${rule} ${message}`} sx={{ overflowWrap: 'anywhere' }}>
          {path !== '' && (
            <>
              <code>
                <Foreign text={path} />
              </code>{' '}
            </>
          )}
          <Foreign text={message} />{' '}
          {(isMixed || effect === 'unclear') && <Status kind="schema" of={effect} />}
        </Box>
      ))}
      {more !== undefined && <li>and {more} more</li>}
    </Box>
  );
}
