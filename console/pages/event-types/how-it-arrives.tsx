import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Foreign, Section } from '../../parts/layout.tsx';

/** What a request with one event of a type looks like, beside its body. */
export function HowItArrives({ type }: { readonly type: string }) {
  return (
    <Section title="How it arrives">
      <Typography sx={{ mb: 1 }}>A POST whose body is the payload, with these headers:</Typography>
      <Table aria-label="Headers of a delivery" sx={{ '& td': { py: 0.75, verticalAlign: 'top' } }}>
        <TableBody>
          {HEADERS.map(([name, text]) => (
            <TableRow key={name}>
              <TableCell sx={{ pl: 0, width: '1%', whiteSpace: 'nowrap' }}>
                <code>{name}</code>
              </TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>
                {name === 'posthorn-event-type' ? <Foreign text={type} /> : text}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <Typography sx={{ mt: 1.5 }}>
        Verify before you read: sign <code>webhook-id</code>, <code>webhook-timestamp</code> and the body’s
        bytes, joined by dots, with the endpoint’s secret, as Standard Webhooks has it, and compare in
        constant time. Libraries do it in most languages, and each delivery’s page has the code for it.
      </Typography>
      <Typography color="text.secondary" sx={{ mt: 1 }}>
        Endpoints of other kinds get it in the form of their service: a message in Slack, Teams or Discord; an
        alert in PagerDuty, Opsgenie or Datadog; a message, event or object on AWS, with the headers as its
        attributes where there is room; a request of your own making by a transformation; or it waits to be
        fetched.
      </Typography>
    </Section>
  );
}

const HEADERS = [
  ['webhook-id', 'The event’s id, the same in each attempt: drop what you have seen.'],
  ['webhook-timestamp', 'When this request was signed, in seconds: refuse what is older than five minutes.'],
  [
    'webhook-signature',
    'v1, and an HMAC-SHA256, or v1a, and an Ed25519 signature. With the scheme sha256: x-hub-signature-256 instead, of the body alone.',
  ],
  ['posthorn-event-type', ''],
  ['posthorn-attempt', 'The number of this request, 1 for the first.'],
  ['content-type', 'As the event was published.'],
] as const;
