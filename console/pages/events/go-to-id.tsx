import ArrowForward from '@mui/icons-material/ArrowForward';
import IconButton from '@mui/material/IconButton';
import OutlinedInput from '@mui/material/OutlinedInput';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { linkTo } from '../../app/links.ts';

/** Opens the event of an id, also of one that its publisher gave it, and the delivery of a delivery's id. */
export function GoToId() {
  const [id, setId] = useState('');
  const navigate = useNavigate();
  function go(event: FormEvent): void {
    event.preventDefault();
    const wanted = id.trim();
    if (wanted !== '')
      void navigate(wanted.startsWith('dlv_') ? linkTo.delivery(wanted) : linkTo.event(wanted));
  }
  return (
    <form onSubmit={go}>
      <OutlinedInput
        size="small"
        value={id}
        placeholder="Event id: evt_… or your own"
        onChange={({ target }) => setId(target.value)}
        autoComplete="off"
        sx={{ width: 300, maxWidth: '100%', bgcolor: 'background.paper' }}
        inputProps={{ 'aria-label': 'Event id', spellCheck: false }}
        endAdornment={
          <IconButton type="submit" aria-label="Open the event" edge="end" disabled={id.trim() === ''}>
            <ArrowForward sx={{ fontSize: 18 }} />
          </IconButton>
        }
      />
    </form>
  );
}
