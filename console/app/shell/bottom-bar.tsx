import MoreHoriz from '@mui/icons-material/MoreHoriz';
import BottomNavigation from '@mui/material/BottomNavigation';
import BottomNavigationAction from '@mui/material/BottomNavigationAction';
import Drawer from '@mui/material/Drawer';
import List from '@mui/material/List';
import Paper from '@mui/material/Paper';
import { useState } from 'react';
import { Link } from 'react-router';
import { ICONS } from './icons.tsx';
import { useCurrentPage, useKeepChoices, usePages } from './navigation.ts';
import { PageItem } from './rail.tsx';

/** How many pages a phone's bar shows beside "More". */
const SHOWN = 4;
export const BAR_HEIGHT = 56;

/** The pages at the bottom of a narrow window. */
export function BottomBar() {
  const { pages, administration } = usePages();
  const keepChoices = useKeepChoices();
  const current = useCurrentPage();
  const [isOpen, setOpen] = useState(false);
  const all = administration ? [...pages, administration] : pages;
  const shown = all.slice(0, SHOWN);
  const place = current ? shown.indexOf(current) : -1;
  return (
    <Paper
      component="nav"
      aria-label="Pages"
      square
      sx={{
        display: { md: 'none' },
        position: 'fixed',
        insetInline: 0,
        bottom: 0,
        zIndex: 'appBar',
        border: 0,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <BottomNavigation showLabels value={place < 0 ? SHOWN : place} sx={{ height: BAR_HEIGHT }}>
        {shown.map(({ path, label, icon }) => {
          const Icon = ICONS[icon];
          return (
            <BottomNavigationAction
              key={path}
              component={Link}
              to={keepChoices(path)}
              label={label}
              icon={<Icon />}
              sx={{ minWidth: 0, px: 0 }}
            />
          );
        })}
        <BottomNavigationAction
          label="More"
          icon={<MoreHoriz />}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
          sx={{ minWidth: 0, px: 0 }}
        />
      </BottomNavigation>
      <Drawer anchor="bottom" open={isOpen} onClose={() => setOpen(false)}>
        <List component="nav" dense sx={{ p: 1 }} aria-label="More pages">
          {all.slice(SHOWN).map((each) => (
            <PageItem key={each.path} page={each} onClick={() => setOpen(false)} />
          ))}
        </List>
      </Drawer>
    </Paper>
  );
}
