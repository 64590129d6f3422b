import Delete from '@mui/icons-material/DeleteOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Popover from '@mui/material/Popover';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type FormEvent, useState } from 'react';
import { useUrlState } from '../app/url-state.ts';

interface View {
  readonly name: string;
  /** The filters as the address has them. */
  readonly query: string;
}

const keyOf = (list: string): string => `posthorn-views-${list}`;

function readViews(list: string): View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(list)) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isView) : [];
  } catch {
    return [];
  }
}

const isView = (kept: unknown): kept is View =>
  typeof (kept as View | null)?.name === 'string' && typeof (kept as View).query === 'string';

interface ViewsPopoverProps {
  readonly anchor: HTMLElement;
  onClose(): void;
  readonly list: string;
  /** The parts of the address that make a view. */
  readonly names: readonly string[];
}

/** The views that this browser keeps of a list. Loaded when it is first opened. */
export default function ViewsPopover({ anchor, onClose, list, names }: ViewsPopoverProps) {
  const [url, change] = useUrlState();
  const [views, setViews] = useState(() => readViews(list));
  const [name, setName] = useState('');
  const present = new URLSearchParams(
    names.flatMap((each) => (url.get(each) ? [[each, url.get(each)!]] : [])),
  );

  function keep(next: View[]): void {
    setViews(next);
    try {
      localStorage.setItem(keyOf(list), JSON.stringify(next));
    } catch {
      // Without storage the views last as long as the page.
    }
  }
  function save(event: FormEvent): void {
    event.preventDefault();
    if (name.trim() === '') return;
    keep([
      ...views.filter((view) => view.name !== name.trim()),
      { name: name.trim(), query: present.toString() },
    ]);
    setName('');
  }
  function show({ query }: View): void {
    const chosen = new URLSearchParams(query);
    change(Object.fromEntries(names.map((each) => [each, chosen.get(each) ?? undefined])), { push: true });
    onClose();
  }

  return (
    <Popover
      open
      anchorEl={anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      slotProps={{ paper: { 'aria-label': 'Saved views', role: 'dialog' } }}
    >
      <Box sx={{ p: 2, width: 280 }}>
        {views.length === 0 && (
          <Typography color="textSecondary" gutterBottom>
            Save the filters that you use often. They stay in this browser.
          </Typography>
        )}
        {views.map((view) => (
          <Box key={view.name} sx={{ display: 'flex' }}>
            <Button
              onClick={() => show(view)}
              sx={{ flex: 1, justifyContent: 'flex-start', overflowWrap: 'anywhere' }}
            >
              {view.name}
            </Button>
            <IconButton
              aria-label={`Remove the view ${view.name}`}
              onClick={() => keep(views.filter((each) => each !== view))}
            >
              <Delete fontSize="small" />
            </IconButton>
          </Box>
        ))}
        {present.size > 0 && (
          <Box component="form" onSubmit={save} sx={{ display: 'flex', gap: 1, mt: 1 }}>
            <TextField label="Name" value={name} onChange={({ target }) => setName(target.value)} />
            <Button type="submit" variant="contained">
              Save
            </Button>
          </Box>
        )}
      </Box>
    </Popover>
  );
}
