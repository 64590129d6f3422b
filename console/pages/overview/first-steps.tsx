import Typography from '@mui/material/Typography';
import { IS_PORTAL } from '../../app/mode.ts';
import { CopyLine } from '../../parts/copy.tsx';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { Section } from '../../parts/layout.tsx';

/** What to do first where nothing is set up yet. */
export function FirstSteps() {
  if (IS_PORTAL)
    return <Empty text="You have no endpoint yet." link={{ to: '/endpoints', label: 'Add an endpoint' }} />;
  return (
    <Section title="Send the first webhook">
      <Typography gutterBottom>1. Say where to send. Or add an endpoint under Endpoints.</Typography>
      <CopyLine
        text={curlLine('POST', '/v1/subscriptions', {
          url: 'https://example.com/hook',
          events: ['payment.**'],
        })}
      />
      <Typography gutterBottom sx={{ mt: 2 }}>
        2. Publish an event, and watch it arrive below.
      </Typography>
      <CopyLine
        text={curlLine('POST', '/v1/events', { type: 'payment.captured', data: { amount: 120.5 } })}
      />
    </Section>
  );
}
