import type { FilterDef } from '../../list/filters.tsx';
import { statusLabel } from '../status.tsx';
import { DEATH_LABELS } from './words.ts';

/** Filters that lists of deliveries share. */

const STATUSES = ['queued', 'attempting', 'retrying', 'parked', 'delivered', 'dead'] as const;

const STATUS_OPTIONS = STATUSES.map((value) => ({ value, label: statusLabel(value) }));

/** @param targetId the endpoint that the list is of: a queued delivery has none yet */
export const statusFilter = (targetId: string | undefined) =>
  ({
    name: 'status',
    label: 'Status',
    isMany: true,
    options: STATUS_OPTIONS.filter(({ value }) => value !== 'queued' || targetId === undefined),
  }) as const satisfies FilterDef;

export const REASON_FILTER = {
  name: 'reason',
  label: 'Reason',
  options: Object.entries(DEATH_LABELS).map(([value, label]) => ({ value, label })),
} as const satisfies FilterDef;

type Option = { readonly value: string; readonly label: string };

export const endpointFilter = (options: readonly Option[]) =>
  ({ name: 'targetId', label: 'Endpoint', options }) as const;

export const subscriptionFilter = (options: readonly Option[]) =>
  ({ name: 'subscriptionId', label: 'Subscription', options }) as const;

export const TYPE_FILTER = {
  name: 'eventType',
  label: 'Event type',
  hint: 'A type such as order.created, or a pattern: order.*, payment.**',
} as const satisfies FilterDef;

export const CODE_FILTER = {
  name: 'statusCode',
  label: 'Status code',
  hint: 'Of the last answer: 503, 5xx, or none where there was no answer',
} as const satisfies FilterDef;
