import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { type ReactNode, type ToggleEvent, useState } from 'react';
import { ExactNumber } from './exact-json.ts';

/** Members that are shown at once; the rest on request, so that a large value does not stop the page. */
const SHOWN = 100;
/** Levels that are open at first. */
const OPEN_LEVELS = 2;
/** Longer strings are cut until they are opened. */
const LONG = 300;

/** JSON as a tree that opens and closes. */
export function JsonTree({ value }: { readonly value: unknown }) {
  return (
    <Box sx={{ fontFamily: 'monospace', fontSize: '0.8125rem', overflowX: 'auto' }} dir="ltr">
      <Node value={value} level={0} />
    </Box>
  );
}

interface NodeProps {
  readonly name?: string;
  readonly value: unknown;
  readonly level: number;
}

function Node({ name, value, level }: NodeProps) {
  const label = name === undefined ? null : <Name text={name} />;
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) {
    return (
      <Box sx={{ pl: 2 }}>
        {label}
        <Leaf value={value} />
      </Box>
    );
  }
  const isArray = Array.isArray(value);
  const members = Object.entries(value);
  if (members.length === 0)
    return (
      <Box sx={{ pl: 2 }}>
        {label}
        {isArray ? '[]' : '{}'}
      </Box>
    );
  return <Branch label={label} isArray={isArray} members={members} level={level} />;
}

interface BranchProps {
  readonly label: ReactNode;
  readonly isArray: boolean;
  readonly members: [string, unknown][];
  readonly level: number;
}

/** What is inside is made when it is opened: a payload may have a million members, or a hundred thousand levels. */
function Branch({ label, isArray, members, level }: BranchProps) {
  const [isOpen, setOpen] = useState(level < OPEN_LEVELS);
  return (
    <Box
      component="details"
      open={isOpen}
      onToggle={({ currentTarget }: ToggleEvent<HTMLDetailsElement>) => setOpen(currentTarget.open)}
      sx={{ pl: 2 }}
    >
      <Box component="summary" sx={{ cursor: 'pointer', ml: -2, '&::marker': { color: 'text.secondary' } }}>
        {label}
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {isArray ? `[${members.length}]` : `{${members.length}}`}
        </Box>
      </Box>
      {isOpen && <Members members={members} level={level + 1} />}
    </Box>
  );
}

function Members({ members, level }: { readonly members: [string, unknown][]; readonly level: number }) {
  const [shown, setShown] = useState(SHOWN);
  return (
    <>
      {members.slice(0, shown).map(([name, value]) => (
        <Node key={name} name={name} value={value} level={level} />
      ))}
      {members.length > shown && (
        <Button onClick={() => setShown(shown * 10)}>
          Show {Math.min(shown * 9, members.length - shown)} more
        </Button>
      )}
    </>
  );
}

const Name = ({ text }: { readonly text: string }) => (
  <Box component="span" sx={{ color: 'primary.main', overflowWrap: 'anywhere' }}>
    <bdi>{text.length > LONG ? `${text.slice(0, LONG)}…` : text}</bdi>
    {': '}
  </Box>
);

function Leaf({ value }: { readonly value: unknown }) {
  const [isWhole, setWhole] = useState(false);
  const text = value instanceof ExactNumber ? value.text : JSON.stringify(value);
  const isLong = text.length > LONG && !isWhole;
  return (
    <Box
      component="span"
      sx={{ overflowWrap: 'anywhere', color: typeof value === 'string' ? 'text.primary' : 'text.secondary' }}
    >
      <bdi>{isLong ? `${text.slice(0, LONG)}…` : text}</bdi>
      {isLong && <Button onClick={() => setWhole(true)}>Show all {text.length} characters</Button>}
    </Box>
  );
}
