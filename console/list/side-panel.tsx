import Close from '@mui/icons-material/Close';
import OpenInFull from '@mui/icons-material/OpenInFull';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Tooltip from '@mui/material/Tooltip';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

interface SidePanelProps {
  readonly children: ReactNode;
  /** The page that shows the same alone. */
  readonly page?: string | undefined;
  onClose(): void;
}

/** The detail of a row, beside its list, which stays in use. Escape closes it. */
export function SidePanel({ children, page, onClose }: SidePanelProps) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // A dialog or menu over it takes the key for itself.
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('.MuiModal-root'))
        onClose();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [onClose]);
  return (
    <Paper
      component="aside"
      aria-label="Detail"
      square
      sx={{
        position: 'fixed',
        right: 0,
        top: { xs: 0, md: 56 },
        bottom: 0,
        width: { xs: '100%', md: 'min(640px, 60vw)' },
        zIndex: { xs: 'modal', md: 'appBar' },
        overflowY: 'auto',
        overscrollBehavior: 'contain',
        borderWidth: 0,
        borderLeftWidth: 1,
        boxShadow: { md: 8 },
        p: 2,
      }}
    >
      <Box sx={{ display: 'flex', justifyContent: 'flex-end', gap: 0.5, mb: -3 }}>
        {page !== undefined && (
          <Tooltip title="Open as a page">
            <IconButton component={Link} to={page} aria-label="Open as a page">
              <OpenInFull sx={{ fontSize: 18 }} />
            </IconButton>
          </Tooltip>
        )}
        <Tooltip title="Close (Esc)">
          <IconButton onClick={onClose} aria-label="Close">
            <Close sx={{ fontSize: 20 }} />
          </IconButton>
        </Tooltip>
      </Box>
      {children}
    </Paper>
  );
}
