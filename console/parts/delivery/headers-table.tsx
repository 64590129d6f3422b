import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableRow from '@mui/material/TableRow';
import { Foreign } from '../layout.tsx';

/** Headers of a request or an answer, in the order that they were given in. */
export function HeadersTable({
  headers,
  label,
}: {
  readonly headers: Readonly<Record<string, string>>;
  readonly label: string;
}) {
  return (
    <Table aria-label={label} sx={{ tableLayout: 'fixed' }}>
      <TableBody>
        {Object.entries(headers).map(([name, value]) => (
          <TableRow key={name}>
            <TableCell
              component="th"
              scope="row"
              sx={{ width: '36%', color: 'text.secondary', overflowWrap: 'anywhere', py: 0.5 }}
            >
              <Foreign text={name} />
            </TableCell>
            <TableCell sx={{ overflowWrap: 'anywhere', py: 0.5 }}>
              <code>
                <Foreign text={value} />
              </code>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
