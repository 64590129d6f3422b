import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Typography from '@mui/material/Typography';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { $api } from '../../../api/client.ts';
import type { Row } from '../../../api/types.ts';
import { type EventType, useCatalogue } from '../../../parts/catalogue.ts';
import { fits } from '../../../parts/event-patterns.ts';
import { JsonField } from '../../../parts/payload/json-field.tsx';
import { jsonText } from '../../../parts/payload/json-text.ts';
import { Problem } from '../../../parts/problem.tsx';
import { Time } from '../../../parts/time.tsx';
import { loadEvent } from './load-event.ts';

type Event = Row<'/v1/events'>;

export { readEvent } from './read-event.ts';

interface TrialEventProps {
  readonly text: string;
  onText(text: string): void;
  /** Patterns of the filter: events of its types come first. */
  readonly types: readonly string[];
  readonly marked: string | undefined;
  readonly problem: string | undefined;
}

const EVENTS = 30;

/** The event that the filter is tried on: one that was published, a sample, or one that is written here. */
export function TrialEvent({ text, onText, types, marked, problem }: TrialEventProps) {
  const [error, setError] = useState<unknown>();
  /** Whether the viewer has chosen or written it. */
  const [isOwn, setOwn] = useState(text !== '');
  const catalogue = useCatalogue();
  const { data } = $api.useQuery(
    'get',
    '/v1/events',
    { params: { query: { limit: EVENTS } } },
    { staleTime: 30_000 },
  );
  const events = wantedFirst(data?.items ?? [], types);
  const samples = wantedFirst(
    catalogue.filter(({ sample }) => sample !== undefined).map((each) => ({ ...each, type: each.name })),
    types,
  );

  /** What was asked for last counts, and not what comes last. */
  const turn = useRef(0);
  async function choose(event: Event): Promise<void> {
    setError(undefined);
    const mine = ++turn.current;
    try {
      const loaded = await loadEvent(event);
      if (mine === turn.current) onText(jsonText(loaded));
    } catch (failure) {
      if (mine === turn.current) setError(failure);
    }
  }
  const chooseSample = ({ name, sample }: EventType): void => onText(jsonText({ type: name, data: sample }));

  // An empty page says nothing: until the viewer has an event, it is the last one of the filter's types.
  const [first, firstSample] = [events[0], samples[0]];
  const best = data === undefined ? undefined : (first?.id ?? firstSample?.name ?? 'none');
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is chosen anew when another one is the best
  useEffect(() => {
    if (best === undefined || isOwn) return;
    if (first) void choose(first);
    else if (firstSample) chooseSample(firstSample);
    else onText(jsonText({ type: 'order.created', source: 'shop', data: { total: 120 } }));
  }, [best, isOwn]);
  const own =
    <T,>(then: (value: T) => void) =>
    (value: T): void => {
      setOwn(true);
      turn.current++;
      then(value);
    };

  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 1 }}>
        <PickMenu
          label="Use an event"
          items={events}
          keyOf={({ id }) => id}
          none="No event was published within the time that events are kept."
          onPick={own((event) => void choose(event))}
          show={({ type, source, acceptedAt }) => (
            <ListItemText
              primary={<bdi>{type}</bdi>}
              secondary={
                <>
                  <Time at={acceptedAt} /> {source && <bdi>· {source}</bdi>}
                </>
              }
            />
          )}
        />
        <PickMenu
          label="Use a sample"
          items={samples}
          keyOf={({ name }) => name}
          none="No event type in the catalogue has a sample."
          onPick={own(chooseSample)}
          show={({ name, description }) => (
            <ListItemText primary={<bdi>{name}</bdi>} secondary={<bdi>{description}</bdi>} />
          )}
        />
      </Box>
      <Problem error={error} />
      <JsonField
        label="Event"
        text={text}
        onChange={own(onText)}
        minRows={8}
        marked={marked}
        problem={problem}
        hint="type, data, source, region, priority, and at, when it is accepted."
      />
    </>
  );
}

const wantedFirst = <T extends { readonly type: string }>(
  items: readonly T[],
  patterns: readonly string[],
): readonly T[] => {
  const isWanted = ({ type }: T): boolean => patterns.some((pattern) => fits(pattern, type));
  return [...items.filter(isWanted), ...items.filter((each) => !isWanted(each))];
};

interface PickMenuProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  keyOf(item: T): string;
  show(item: T): ReactNode;
  readonly none: string;
  onPick(item: T): void;
}

function PickMenu<T>({ label, items, keyOf, show, none, onPick }: PickMenuProps<T>) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button
        variant="outlined"
        aria-haspopup="menu"
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
      >
        {label}
      </Button>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ paper: { sx: { maxHeight: 400, maxWidth: 'min(480px, 90vw)' } } }}
      >
        {items.length === 0 && (
          <Typography color="text.secondary" sx={{ px: 2, py: 1 }}>
            {none}
          </Typography>
        )}
        {items.map((item) => (
          <MenuItem
            key={keyOf(item)}
            dense
            sx={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}
            onClick={() => {
              setAnchor(null);
              onPick(item);
            }}
          >
            {show(item)}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
