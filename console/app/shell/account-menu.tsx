import AccountCircleOutlined from '@mui/icons-material/AccountCircleOutlined';
import Box from '@mui/material/Box';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useColorScheme } from '@mui/material/styles';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { IS_PORTAL, PRODUCT } from '../mode.ts';
import { useMay, useSession, useSessionControl } from '../session.tsx';

/** What somebody has signed in with, where it has no name. */
const KINDS = {
  key: 'API key',
  firstKey: 'First API key',
  portalToken: 'Portal link',
  user: 'Signed in',
} as const;

const MODES = { system: 'Light or dark, as the system', light: 'Light', dark: 'Dark' } as const;

/** Who is signed in, how the pages look, and signing out. */
export function AccountMenu() {
  const session = useSession();
  const may = useMay();
  const { signOut } = useSessionControl();
  const { mode = 'system', setMode } = useColorScheme();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = (): void => setAnchor(null);
  return (
    <>
      <Tooltip title="Account and look">
        <IconButton aria-label="Account and look" onClick={({ currentTarget }) => setAnchor(currentTarget)}>
          <AccountCircleOutlined />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        <Box sx={{ px: 2, py: 1, maxWidth: 280 }} role="presentation">
          <Typography sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
            <bdi>{session.credential.name ?? (IS_PORTAL ? PRODUCT : KINDS[session.credential.kind])}</bdi>
          </Typography>
          <Typography variant="body2" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
            {IS_PORTAL
              ? may('manage')
                ? 'You can see and change things.'
                : 'You can see things.'
              : `${session.tenantName ?? session.tenantId} · ${session.scopes.join(', ')}`}
          </Typography>
        </Box>
        <Divider />
        {Object.entries(MODES).map(([name, label]) => (
          <MenuItem
            key={name}
            selected={name === mode}
            onClick={() => {
              setMode(name as keyof typeof MODES);
              close();
            }}
          >
            {label}
          </MenuItem>
        ))}
        <Divider />
        <MenuItem onClick={() => void signOut()}>Sign out</MenuItem>
      </Menu>
    </>
  );
}
