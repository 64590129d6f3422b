import { schemaChangeLines } from '../event-types/schema-change.ts';
import type { Colours } from '../output/colours.ts';
import { safeText } from '../output/safe-text.ts';
import type { Done } from './perform.ts';
import type { FieldChange, Plan, Step } from './plan.ts';

/** A plan and what became of it, for people and for programs. Pure. */

const SINGULAR = {
  eventTypes: 'event type',
  filters: 'filter',
  targets: 'target',
  subscriptions: 'subscription',
} as const;

const LONGEST = 120;

/** A value in one line. */
function valueText(value: unknown): string {
  if (value === undefined) return '(none)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const characters = [...safeText(text)];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : characters.join('');
}

/** What is never shown says that it changes, and no more. */
const changeText = ({ field, before, after }: FieldChange): string =>
  before === '[hidden]' && after === '[hidden]'
    ? `${safeText(field)}: another value (hidden)`
    : `${safeText(field)}: ${valueText(before)} → ${valueText(after)}`;

const stepName = ({ kind, key }: Pick<Step, 'kind' | 'key'>): string => `${SINGULAR[kind]} ${safeText(key)}`;

const VERBS = { create: 'create', change: 'change', delete: 'delete', keep: 'keep' } as const;
const SIGNS = { create: '+', change: '~', delete: '-', keep: '=' } as const;

export function planText({ steps, left }: Plan, colours: Colours): string {
  const paint = { create: colours.green, change: colours.yellow, delete: colours.red, keep: colours.dim };
  const lines = steps
    .filter(({ action }) => action !== 'keep')
    .flatMap((step) => {
      const of = step.of !== undefined && step.action !== 'delete' ? `, which ${step.of} has made` : '';
      const id = step.id !== undefined && step.kind !== 'eventTypes' ? ` ${colours.dim(step.id)}` : '';
      const head = `${SIGNS[step.action]} ${VERBS[step.action]} ${stepName(step)}`;
      return [
        `${paint[step.action](head)}${id}${safeText(of)}`,
        ...step.fields.map((field) => `    ${changeText(field)}`),
        ...schemaChangeLines(step.schemaChange, colours),
      ];
    });
  const stays = left.map((step) => `  ${stepName(step)} ${colours.dim(step.id ?? '')}`);
  const note =
    stays.length > 0
      ? ['Not in the files any more, and left as they are (--prune deletes them):', ...stays]
      : [];
  return [...lines, ...(lines.length > 0 && note.length > 0 ? [''] : []), ...note].join('\n');
}

export const countsText = ({ steps }: Plan): string => {
  const count = (action: Step['action']): number => steps.filter((step) => step.action === action).length;
  return `${count('create')} to create, ${count('change')} to change, ${count('delete')} to delete, ${count('keep')} unchanged`;
};

const PAST = { create: 'created', change: 'changed', delete: 'deleted', keep: 'kept' } as const;

export function doneText({ step, outcome, id, message = '' }: Done, colours: Colours): string {
  const name = stepName(step);
  if (outcome === 'done') {
    const shown = id !== undefined && step.kind !== 'eventTypes' ? ` ${colours.dim(id)}` : '';
    return `${colours.green('✓')} ${PAST[step.action]} ${name}${shown}`;
  }
  const why = outcome === 'failed' ? 'refused' : 'skipped';
  return `${colours.red('✗')} ${why} ${name}: ${safeText(message)}`;
}

/** Of a plan. */
export const stepView = ({ action, kind, key, id, fields, of, schemaChange }: Step): object => ({
  action,
  kind,
  key,
  ...(id !== undefined && { id }),
  ...(fields.length > 0 && { fields }),
  ...(schemaChange && { schemaChange }),
  ...(of !== undefined && { madeBy: of }),
});

export const doneView = ({ step, outcome, id, secret, message }: Done): object => ({
  outcome,
  action: step.action,
  kind: step.kind,
  key: step.key,
  ...(id !== undefined && { id }),
  ...(secret !== undefined && { secret }),
  ...(message !== undefined && { message }),
});
