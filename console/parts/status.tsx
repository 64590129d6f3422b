import type { SvgIconComponent } from '@mui/icons-material';
import Block from '@mui/icons-material/Block';
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import ErrorOutlined from '@mui/icons-material/ErrorOutlined';
import HourglassEmpty from '@mui/icons-material/HourglassEmpty';
import PauseCircleOutlined from '@mui/icons-material/PauseCircleOutlined';
import Refresh from '@mui/icons-material/Refresh';
import Box from '@mui/material/Box';
import type { StatusColour } from '../app/theme.ts';

interface Shown {
  readonly label: string;
  readonly colour: StatusColour;
  readonly icon: SvgIconComponent;
}

/** States of deliveries and events, as the API names them. */
const DELIVERY: Readonly<Record<string, Shown>> = {
  queued: { label: 'Queued', colour: 'waiting', icon: HourglassEmpty },
  attempting: { label: 'Attempting', colour: 'waiting', icon: HourglassEmpty },
  retrying: { label: 'Retrying', colour: 'retrying', icon: Refresh },
  parked: { label: 'Waiting', colour: 'waiting', icon: HourglassEmpty },
  delivered: { label: 'Delivered', colour: 'delivered', icon: CheckCircleOutlined },
  dead: { label: 'Dead', colour: 'dead', icon: ErrorOutlined },
};

/** States of endpoints, as `GET /v1/targets?include=health` names them. */
const ENDPOINT: Readonly<Record<string, Shown>> = {
  healthy: { label: 'Healthy', colour: 'delivered', icon: CheckCircleOutlined },
  idle: { label: 'Idle', colour: 'idle', icon: HourglassEmpty },
  degraded: { label: 'Degraded', colour: 'retrying', icon: ErrorOutlined },
  slow: { label: 'Slow', colour: 'retrying', icon: HourglassEmpty },
  failing: { label: 'Failing', colour: 'dead', icon: ErrorOutlined },
  open: { label: 'Breaker open', colour: 'dead', icon: ErrorOutlined },
  paused: { label: 'Asked for a pause', colour: 'waiting', icon: PauseCircleOutlined },
  unverified: { label: 'Unverified', colour: 'idle', icon: Block },
  disabled: { label: 'Disabled', colour: 'dead', icon: Block },
};

/** States of replays and retry jobs. */
const JOB: Readonly<Record<string, Shown>> = {
  running: { label: 'Running', colour: 'waiting', icon: HourglassEmpty },
  completed: { label: 'Completed', colour: 'delivered', icon: CheckCircleOutlined },
  cancelled: { label: 'Cancelled', colour: 'idle', icon: Block },
  failed: { label: 'Failed', colour: 'dead', icon: ErrorOutlined },
};

/** Whether something is in use: subscriptions, filters, event types, tenants. */
const USE: Readonly<Record<string, Shown>> = {
  active: { label: 'Active', colour: 'delivered', icon: CheckCircleOutlined },
  paused: { label: 'Paused', colour: 'waiting', icon: PauseCircleOutlined },
  off: { label: 'Off', colour: 'waiting', icon: PauseCircleOutlined },
  deprecated: { label: 'Deprecated', colour: 'idle', icon: Block },
  disabled: { label: 'Disabled', colour: 'dead', icon: Block },
};

/** What a change of a schema means for readers. */
const SCHEMA: Readonly<Record<string, Shown>> = {
  compatible: { label: 'Compatible', colour: 'delivered', icon: CheckCircleOutlined },
  breaking: { label: 'Breaking', colour: 'dead', icon: ErrorOutlined },
  unclear: { label: 'Unclear', colour: 'dead', icon: ErrorOutlined },
};

const KINDS = { delivery: DELIVERY, endpoint: ENDPOINT, job: JOB, use: USE, schema: SCHEMA } as const;

interface StatusProps {
  readonly of: string;
  readonly kind?: keyof typeof KINDS;
  /** Instead of the usual word. */
  readonly label?: string;
}

/** A state: always an icon and a word, so that the colour says nothing that they do not. */
export function Status({ of, kind = 'delivery', label }: StatusProps) {
  const shown = KINDS[kind][of] ?? { label: of, colour: 'idle', icon: HourglassEmpty };
  const Icon = shown.icon;
  return (
    <Box
      component="span"
      sx={(theme) => ({
        display: 'inline-flex',
        alignItems: 'center',
        // Its first part is an icon, by which a line would be aligned otherwise.
        verticalAlign: 'top',
        gap: 0.5,
        fontWeight: 600,
        whiteSpace: 'nowrap',
        color: (theme.vars ?? theme).palette.status[shown.colour],
      })}
    >
      <Icon aria-hidden sx={{ fontSize: 16 }} />
      {label ?? shown.label}
    </Box>
  );
}

/** The word for a state, where there is no room for more. */
export const statusLabel = (of: string, kind: keyof typeof KINDS = 'delivery'): string =>
  KINDS[kind][of]?.label ?? of;
