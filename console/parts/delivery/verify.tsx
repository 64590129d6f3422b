import Typography from '@mui/material/Typography';
import { Facts, Foreign } from '../layout.tsx';
import { InYourCode } from './in-your-code.tsx';
import { SCHEMES } from './snippets.ts';
import type { Attempt } from './types.ts';

/** The signature's parts, and code that checks it, in the viewer's language. */
export default function Verify({ attempt: { request } }: { readonly attempt: Attempt }) {
  if (!request) {
    return (
      <Typography color="textSecondary">
        The signature is kept of the last 3 attempts. Choose one of these.
      </Typography>
    );
  }
  if (!request.signature) {
    return <Typography color="textSecondary">Requests to this kind of endpoint are not signed.</Typography>;
  }
  const { scheme, keyIds } = request.signature;
  const known = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  const header = (name: string): string | undefined => request.headers?.[name];
  const isOfBodyAlone = scheme === 'sha256';
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
      <InYourCode scheme={scheme} />
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
