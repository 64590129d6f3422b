import MoreHoriz from '@mui/icons-material/MoreHoriz';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { linkTo } from '../../../app/links.ts';
import { useUrlState } from '../../../app/url-state.ts';
import { type Target, useSubscriptionsOf } from '../use-endpoint.ts';
import { DeleteEndpoint } from './delete-endpoint.tsx';
import { SwitchDialog, type SwitchName, switchesFor } from './switch-dialog.tsx';

const TestEvent = lazy(() => import('../test/test-event.tsx'));

interface EndpointActionsProps {
  readonly target: Target;
  readonly isLimited: boolean;
}

/** What can be done with an endpoint. The address says which dialog is open. */
export function EndpointActions({ target, isLimited }: EndpointActionsProps) {
  const [url, change] = useUrlState();
  const { data: subscriptions } = useSubscriptionsOf(target.id);
  const [menu, setMenu] = useState<HTMLElement | null>(null);
  const open = (dialog: string): void => {
    setMenu(null);
    change({ do: dialog }, { push: true });
  };
  const close = (): void => change({ do: undefined });
  const dialog = url.get('do');
  const switches = switchesFor(target, subscriptions?.items ?? []);
  const chosen = switches.find(({ name }) => name === dialog);
  return (
    <>
      <Button variant="contained" onClick={() => open('test')}>
        Send test event
      </Button>
      {switches.map(({ name, label }) => (
        <Button key={name} variant="outlined" onClick={() => open(name)}>
          {label}
        </Button>
      ))}
      {!isLimited && (
        <IconButton
          aria-label="More actions"
          aria-haspopup="menu"
          onClick={({ currentTarget }) => setMenu(currentTarget)}
        >
          <MoreHoriz />
        </IconButton>
      )}
      <Menu anchorEl={menu} open={menu !== null} onClose={() => setMenu(null)}>
        <MenuItem component={Link} to={`${linkTo.alertsOf(target.id)}&do=create`}>
          Alert me …
        </MenuItem>
        <MenuItem onClick={() => open('delete')} sx={{ color: 'error.main' }}>
          Delete endpoint
        </MenuItem>
      </Menu>
      {dialog === 'test' && subscriptions && (
        <Suspense>
          <TestEvent target={target} subscriptions={subscriptions.items} onClose={close} />
        </Suspense>
      )}
      {chosen && subscriptions && (
        <SwitchDialog
          key={chosen.name}
          name={chosen.name as SwitchName}
          target={target}
          subscriptions={subscriptions}
          onClose={close}
        />
      )}
      {dialog === 'delete' && !isLimited && subscriptions && (
        <DeleteEndpoint target={target} subscriptions={subscriptions} onClose={close} />
      )}
    </>
  );
}
