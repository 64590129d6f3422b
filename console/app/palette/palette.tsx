import Dialog from '@mui/material/Dialog';
import InputBase from '@mui/material/InputBase';
import List from '@mui/material/List';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemText from '@mui/material/ListItemText';
import Typography from '@mui/material/Typography';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { useEntries } from './entries.ts';

interface PaletteProps {
  /** What was typed since it was asked for, before it was there. */
  takeEarly(): string;
  onClose(): void;
}

/** Goes to a page, an endpoint, a subscription, an event type, or whatever an id names. */
export default function Palette({ takeEarly, onClose }: PaletteProps) {
  const [text, setText] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as soon as the field takes the keys itself
  useEffect(() => {
    const early = takeEarly();
    setText((typed) => early + typed);
  }, []);
  const [place, setPlace] = useState(0);
  const entries = useEntries(text);
  const navigate = useNavigate();
  const listId = useId();
  const chosen = Math.min(place, entries.length - 1);

  function go(path: string | undefined): void {
    if (path === undefined) return;
    onClose();
    void navigate(path);
  }

  function onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setPlace((chosen + step + entries.length) % Math.max(1, entries.length));
    }
    if (event.key === 'Enter') go(entries[chosen]?.path);
  }

  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      maxWidth="sm"
      aria-label="Go to"
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }}
    >
      <InputBase
        autoFocus
        fullWidth
        placeholder="Page, endpoint, event type, or an id"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setPlace(0);
        }}
        onKeyDown={onKey}
        inputProps={{
          role: 'combobox',
          'aria-label': 'Go to',
          'aria-expanded': true,
          'aria-controls': listId,
          'aria-activedescendant': entries[chosen] && `${listId}-${chosen}`,
        }}
        sx={{ px: 2, py: 1.5, fontSize: '1rem', borderBottom: 1, borderColor: 'divider' }}
      />
      <List
        id={listId}
        role="listbox"
        aria-label="Where to"
        dense
        sx={{ maxHeight: '60vh', overflowY: 'auto' }}
      >
        {entries.map(({ path, label, kind }, i) => (
          <ListItemButton
            key={path}
            id={`${listId}-${i}`}
            role="option"
            aria-selected={i === chosen}
            selected={i === chosen}
            tabIndex={-1}
            onClick={() => go(path)}
          >
            <ListItemText primary={label} slotProps={{ primary: { noWrap: true } }} />
            <Typography variant="body2" color="textSecondary" sx={{ ml: 2, flexShrink: 0 }}>
              {kind}
            </Typography>
          </ListItemButton>
        ))}
      </List>
      {entries.length === 0 && (
        <Typography color="textSecondary" sx={{ px: 2, pb: 2 }}>
          Nothing has this name. An id works too: evt_…, dlv_…, tgt_…, sub_….
        </Typography>
      )}
    </Dialog>
  );
}
