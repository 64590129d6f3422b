import Search from '@mui/icons-material/Search';
import AppBar from '@mui/material/AppBar';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Toolbar from '@mui/material/Toolbar';
import Typography from '@mui/material/Typography';
import { Link } from 'react-router';
import { useLook } from '../look.ts';
import { IS_PORTAL, PRODUCT } from '../mode.ts';
import { useSession } from '../session.tsx';
import { AccountMenu } from './account-menu.tsx';
import { LiveDot } from './live-dot.tsx';
import { Mark } from './mark.tsx';
import { RangePicker } from './range-picker.tsx';

/** An environment is told by its colour: production has a red edge. */
const EDGE: Readonly<Record<string, string>> = {
  prod: 'error.main',
  staging: 'warning.main',
  dev: 'info.main',
  local: 'divider',
};

export function TopBar({ onSearch }: { readonly onSearch: () => void }) {
  const { environment } = useSession();
  return (
    <AppBar
      position="sticky"
      color="inherit"
      elevation={0}
      sx={{
        border: 0,
        borderTop: IS_PORTAL ? 0 : 3,
        borderTopColor: EDGE[environment] ?? 'divider',
        borderBottom: 1,
        borderBottomColor: 'divider',
        bgcolor: 'background.paper',
      }}
    >
      <Toolbar variant="dense" sx={{ minHeight: 53, gap: 1, px: { xs: 1, sm: 2 } }}>
        {IS_PORTAL ? <PortalName /> : <ConsoleName />}
        <Box sx={{ flex: 1 }} />
        <Button
          color="inherit"
          variant="outlined"
          startIcon={<Search />}
          onClick={onSearch}
          aria-label="Go to Ctrl K"
          aria-keyshortcuts="Control+K"
          sx={{
            borderColor: 'divider',
            color: 'text.secondary',
            minWidth: { xs: 32, lg: 64 },
            flexShrink: 0,
            '& .MuiButton-startIcon': { mx: { xs: 0, lg: 0.5 } },
          }}
        >
          <Box component="span" sx={{ display: { xs: 'none', lg: 'inline' } }}>
            Go to <kbd>Ctrl K</kbd>
          </Box>
        </Button>
        <RangePicker />
        <LiveDot />
        <AccountMenu />
      </Toolbar>
    </AppBar>
  );
}

function ConsoleName() {
  const { environment, tenantName, tenantId } = useSession();
  return (
    <>
      <Link to="/" aria-label="Posthorn, overview" style={{ display: 'flex' }}>
        <Mark size={28} />
      </Link>
      <Chip label={environment} variant="outlined" sx={{ display: { xs: 'none', sm: 'flex' } }} />
      <Typography noWrap sx={{ fontWeight: 600, display: { xs: 'none', md: 'block' }, maxWidth: 240 }}>
        {tenantName ?? tenantId}
      </Typography>
    </>
  );
}

function PortalName() {
  const { name, logo } = useLook();
  return (
    <>
      {logo && <img src={logo} alt="" style={{ maxHeight: 32, maxWidth: 120 }} />}
      <Typography component="span" noWrap sx={{ fontWeight: 650, minWidth: 0 }}>
        <bdi>{name ?? PRODUCT}</bdi>
      </Typography>
    </>
  );
}
