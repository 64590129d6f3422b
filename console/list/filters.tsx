import Add from '@mui/icons-material/Add';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Popover from '@mui/material/Popover';
import { lazy, Suspense, useState } from 'react';
import { useUrlState } from '../app/url-state.ts';
import type { FilterDef } from './filter-def.ts';
import { SavedViews } from './saved-views.tsx';

export type { FilterDef } from './filter-def.ts';

const TypedFilter = lazy(() => import('./typed-filter.tsx'));

/** The filters' values in the address, as a query for the API. */
export function useFilters<N extends string>(
  defs: readonly (FilterDef & { readonly name: N })[],
): Partial<Record<N, string>> {
  const [url] = useUrlState();
  const values = defs.map(({ name }) => [name, url.get(name)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== null && value !== '')) as Partial<
    Record<N, string>
  >;
}

interface FilterBarProps {
  readonly defs: readonly FilterDef[];
  /** The list's name, for the views that this browser keeps. */
  readonly list: string;
}

/** The filters of a list as chips. The address has them, so that a link shows the same list. */
export function FilterBar({ defs, list }: FilterBarProps) {
  const [url, change] = useUrlState();
  const [adding, setAdding] = useState<HTMLElement | null>(null);
  const [edited, setEdited] = useState<{ def: FilterDef; anchor: HTMLElement }>();
  const active = defs.filter(({ name }) => url.get(name));
  const clear = Object.fromEntries(defs.map(({ name }) => [name, undefined]));
  return (
    <Box
      sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}
      role="group"
      aria-label="Filters"
    >
      {active.map((def) => (
        <Chip
          key={def.name}
          label={<bdi>{`${def.label}: ${shownValue(def, url.get(def.name)!)}`}</bdi>}
          onClick={({ currentTarget }) => setEdited({ def, anchor: currentTarget })}
          onDelete={() => change({ [def.name]: undefined, open: undefined }, { push: true })}
          sx={{ maxWidth: '100%' }}
        />
      ))}
      <Button
        startIcon={<Add />}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => setAdding(currentTarget)}
      >
        Filter
      </Button>
      {active.length > 0 && <Button onClick={() => change(clear, { push: true })}>Clear all</Button>}
      <SavedViews list={list} names={defs.map(({ name }) => name)} />
      <Menu anchorEl={adding} open={adding !== null} onClose={() => setAdding(null)}>
        {defs
          .filter((def) => !active.includes(def))
          .map((def) => (
            <MenuItem
              key={def.name}
              onClick={() => {
                if (adding) setEdited({ def, anchor: adding });
                setAdding(null);
              }}
            >
              {def.label}
            </MenuItem>
          ))}
      </Menu>
      {edited && (
        <FilterEditor
          {...edited}
          value={url.get(edited.def.name) ?? ''}
          onChange={(value) => change({ [edited.def.name]: value, open: undefined }, { push: true })}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Box>
  );
}

const shownValue = ({ options }: FilterDef, value: string): string => {
  const labels = value
    .split(',')
    .map((each) => options?.find((option) => option.value === each)?.label ?? each);
  const text = options ? labels.join(', ') : value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

interface FilterEditorProps {
  readonly def: FilterDef;
  readonly anchor: HTMLElement;
  readonly value: string;
  onChange(value: string): void;
  onClose(): void;
}

function FilterEditor({ def, anchor, value, onChange, onClose }: FilterEditorProps) {
  if (!def.options) {
    return (
      <Popover open anchorEl={anchor} onClose={onClose} anchorOrigin={BELOW}>
        <Suspense>
          <TypedFilter def={def} value={value} onChange={onChange} onClose={onClose} />
        </Suspense>
      </Popover>
    );
  }
  const chosen = value === '' ? [] : value.split(',');
  function choose(each: string): void {
    if (def.isMany) {
      const next = chosen.includes(each) ? chosen.filter((other) => other !== each) : [...chosen, each];
      onChange(next.join(','));
    } else {
      onChange(each);
      onClose();
    }
  }
  return (
    <Menu open anchorEl={anchor} onClose={onClose} anchorOrigin={BELOW}>
      {def.options.map((option) => (
        <MenuItem
          key={option.value}
          role={def.isMany ? 'menuitemcheckbox' : 'menuitemradio'}
          aria-checked={chosen.includes(option.value)}
          selected={chosen.includes(option.value)}
          onClick={() => choose(option.value)}
        >
          {option.label}
        </MenuItem>
      ))}
    </Menu>
  );
}

const BELOW = { vertical: 'bottom', horizontal: 'left' } as const;
