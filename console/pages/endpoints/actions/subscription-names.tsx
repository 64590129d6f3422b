import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Foreign } from '../../../parts/layout.tsx';
import { countText } from '../../../parts/numbers.ts';
import type { SubscriptionsOf } from '../use-endpoint.ts';

const SHOWN = 6;

/** Which subscriptions something happens to. */
export function SubscriptionNames({ of: { items, isCut } }: { readonly of: SubscriptionsOf }) {
  return (
    <>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {items.slice(0, SHOWN).map(({ id, name, events }) => (
          <li key={id}>
            <Foreign text={name ?? id} />
            <Box component="span" sx={{ color: 'text.secondary' }}>
              {' '}
              <Foreign text={events.slice(0, 3).join(', ')} />
              {events.length > 3 && ` and ${countText(events.length - 3)} more`}
            </Box>
          </li>
        ))}
        {items.length > SHOWN && <li>and {countText(items.length - SHOWN)} more</li>}
      </Box>
      {isCut && (
        <Typography color="textSecondary" sx={{ mt: 1 }}>
          There are more subscriptions than this page looked through: some of this endpoint’s may be missing
          here.
        </Typography>
      )}
    </>
  );
}
