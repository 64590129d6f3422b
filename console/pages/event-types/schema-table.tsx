import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import { Foreign } from '../../parts/layout.tsx';
import { schemaRows } from './schema-rows.ts';

/** A payload's properties, as its schema describes them. */
export function SchemaTable({ schema }: { readonly schema: unknown }) {
  const rows = useMemo(() => schemaRows(schema), [schema]);
  if (rows.length === 0)
    return (
      <Typography color="text.secondary">
        This schema names no properties. Its JSON says what it asks.
      </Typography>
    );
  return (
    <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label="Properties of the payload">
      <Table aria-label="Properties" sx={{ '& td': { py: 0.75, verticalAlign: 'top' } }}>
        <TableHead>
          <TableRow>
            <TableCell sx={{ pl: 0 }}>Property</TableCell>
            <TableCell>Type</TableCell>
            <TableCell sx={{ display: { xs: 'none', sm: 'table-cell' } }}>Description</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map(({ path, name, depth, type, isRequired, description, limits }) => (
            <TableRow key={path}>
              <TableCell sx={{ pl: `${depth * 16}px`, overflowWrap: 'anywhere' }}>
                <code>
                  <Foreign text={name} />
                </code>
                {isRequired && (
                  <Typography component="span" variant="body2" color="text.secondary" sx={{ ml: 1 }}>
                    required
                  </Typography>
                )}
              </TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>
                <Foreign text={type} />
                {limits.length > 0 && (
                  <Typography variant="body2" color="text.secondary">
                    <Foreign text={limits.join(', ')} />
                  </Typography>
                )}
              </TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere', display: { xs: 'none', sm: 'table-cell' } }}>
                {description && <Foreign text={description} />}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
