import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import type { Row } from '../../api/types.ts';
import { Facts, Foreign } from '../layout.tsx';
import { Time } from '../time.tsx';
import { callText } from './call-words.ts';

/** One call that changed something: who, when, from where, and each field before and after. */
export function AuditEntry({ entry }: { readonly entry: Row<'/v1/audit'> }) {
  const { operation, at, credential, credentialName, address, userAgent, requestId, brokenOff, entities } =
    entry;
  return (
    <>
      <Typography variant="h1" sx={{ mb: 2, pr: 10 }}>
        {callText(operation)}
      </Typography>
      <Facts
        of={[
          ['Call', <code key="call">{operation}</code>],
          ['When', <Time key="at" at={at} />],
          [
            'By',
            <Foreign key="by" text={credentialName ? `${credentialName} (${credential})` : credential} />,
          ],
          ['From', address && <Foreign key="from" text={address} />],
          ['With', userAgent && <Foreign key="with" text={userAgent} />],
          ['Request', requestId && <code key="request">{requestId}</code>],
          ['Broken off', brokenOff && 'The call failed in between. What it lists may be in place in part.'],
        ]}
      />
      {entities.map(({ kind, id, action, fields }) => (
        <div key={`${kind} ${id}`}>
          <Typography variant="h2" sx={{ mt: 3, mb: 1 }}>
            {kind} {action}: <Foreign text={id} />
          </Typography>
          {fields && (
            <Table aria-label={`Fields of ${kind} ${id}`} sx={{ tableLayout: 'fixed' }}>
              <TableHead>
                <TableRow>
                  <TableCell>Field</TableCell>
                  <TableCell>Before</TableCell>
                  <TableCell>After</TableCell>
                </TableRow>
              </TableHead>
              <TableBody>
                {fields.map(({ field, before, after }) => (
                  <TableRow key={field}>
                    <TableCell sx={CELL}>
                      <Foreign text={field} />
                    </TableCell>
                    <TableCell sx={CELL}>
                      <Value of={before} />
                    </TableCell>
                    <TableCell sx={CELL}>
                      <Value of={after} />
                    </TableCell>
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          )}
        </div>
      ))}
    </>
  );
}

const CELL = { overflowWrap: 'anywhere', verticalAlign: 'top', py: 0.75 } as const;

const Value = ({ of }: { readonly of: unknown }) =>
  of === undefined ? (
    <>–</>
  ) : (
    <code>
      <Foreign text={typeof of === 'string' ? of : JSON.stringify(of)} />
    </code>
  );
