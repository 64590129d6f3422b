import Box from '@mui/material/Box';
import Divider from '@mui/material/Divider';
import List from '@mui/material/List';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import { Link } from 'react-router';
import type { PageLink } from '../links.ts';
import { ICONS } from './icons.tsx';
import { useCurrentPage, useKeepChoices, usePages } from './navigation.ts';

const RAIL_WIDTH = 200;

/** The pages at the left of a wide window. */
export function Rail() {
  const { pages, administration } = usePages();
  return (
    <Box
      component="nav"
      aria-label="Pages"
      sx={{
        width: RAIL_WIDTH,
        flexShrink: 0,
        borderRight: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
        position: 'sticky',
        top: 56,
        height: 'calc(100vh - 56px)',
        overflowY: 'auto',
        display: { xs: 'none', md: 'block' },
      }}
    >
      <List component="div" dense disablePadding sx={{ p: 1 }}>
        {pages.map((each) => (
          <PageItem key={each.path} page={each} />
        ))}
      </List>
      {administration && (
        <>
          <Divider />
          <List component="div" dense disablePadding sx={{ p: 1 }}>
            <PageItem page={administration} />
          </List>
        </>
      )}
    </Box>
  );
}

export function PageItem({ page, onClick }: { readonly page: PageLink; readonly onClick?: () => void }) {
  const keepChoices = useKeepChoices();
  const isOpen = useCurrentPage() === page;
  const Icon = ICONS[page.icon];
  return (
    <ListItemButton
      component={Link}
      to={keepChoices(page.path)}
      selected={isOpen}
      aria-current={isOpen ? 'page' : undefined}
      onClick={onClick}
      sx={{ borderRadius: 1, minHeight: 36 }}
    >
      <ListItemIcon sx={{ minWidth: 32, color: isOpen ? 'primary.main' : undefined }}>
        <Icon fontSize="small" />
      </ListItemIcon>
      <ListItemText primary={page.label} />
    </ListItemButton>
  );
}
