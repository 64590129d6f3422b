import { numberAsWritten } from '../../api/as-written.ts';
import type { Schemas } from '../../api/types.ts';
import { type Condition, KINDS, type Kind, type Rule, type STATISTICS } from './kinds.ts';

/** A rule as a form, and back. Pure. Numbers are kept as they are typed. */

export interface RuleForm {
  readonly name: string;
  readonly kind: Kind;
  /** The endpoint that it is about; all of them without. */
  readonly targetId: string | undefined;
  readonly percent: string;
  readonly statistic: keyof typeof STATISTICS;
  readonly seconds: string;
  readonly atLeast: string;
  readonly hours: string;
  readonly eventType: string;
  readonly minutes: string;
  readonly minimum: string;
  readonly isMailing: boolean;
  /** The endpoint that is notified. */
  readonly notifiedId: string | undefined;
  readonly active: boolean;
}

/** What a group of its fields takes. */
export interface FieldsProps {
  readonly form: RuleForm;
  /** What the API said last. */
  readonly error: unknown;
  onChange(form: RuleForm): void;
}

/** How far back a rule looks when nothing is said, by kind. */
const MINUTES: Readonly<Record<Kind, string>> = {
  successRate: '15',
  timeToDelivery: '15',
  deadLetters: '60',
  events: '5',
  silence: '15',
};

const USUAL = {
  percent: '95',
  statistic: 'p95',
  seconds: '60',
  atLeast: '1',
  hours: '6',
  eventType: '',
  minimum: '20',
} as const;

/** A rule to begin with: it can be saved as it is. */
export const newForm = (kind: Kind, targetId: string | undefined): RuleForm => ({
  ...USUAL,
  name: KINDS[kind].label,
  kind,
  targetId,
  minutes: MINUTES[kind],
  isMailing: false,
  notifiedId: undefined,
  active: true,
});

export const formOf = ({ name, targetId, when, notify, active }: Rule): RuleForm => ({
  ...newForm(when.metric, targetId),
  ...numbersOf(when),
  name,
  isMailing: notify.mail,
  notifiedId: notify.targetId,
  active,
});

function numbersOf(when: Condition): Partial<RuleForm> {
  switch (when.metric) {
    case 'successRate':
      return { percent: text(when.below * 100), minutes: text(when.minutes), minimum: text(when.minimum) };
    case 'timeToDelivery':
      return {
        statistic: when.statistic,
        seconds: text(when.aboveMs / 1000),
        minutes: text(when.minutes),
        minimum: text(when.minimum),
      };
    case 'deadLetters':
      return { atLeast: text(when.atLeast), minutes: text(when.minutes) };
    case 'events':
      return {
        atLeast: text(when.atLeast),
        minutes: text(when.minutes),
        eventType: when.eventType ?? '',
      };
    case 'silence':
      return { hours: text(when.hours), eventType: when.eventType ?? '' };
  }
}

/** Without what computing with fractions adds. */
const text = (value: number): string => String(rounded(value));
const rounded = (value: number): number => Number(value.toPrecision(12));

/** Another kind: what nobody has changed becomes what is usual there. */
export const withKind = (form: RuleForm, kind: Kind): RuleForm => ({
  ...form,
  kind,
  ...(form.name === KINDS[form.kind].label && { name: KINDS[kind].label }),
  ...(form.minutes === MINUTES[form.kind] && { minutes: MINUTES[kind] }),
});

/** What the API takes. @param before the rule that is changed, whose notes stay */
export function bodyOf(form: RuleForm, before?: Rule): Schemas['NewAlertRule'] {
  const { name, active, targetId, isMailing, notifiedId } = form;
  return {
    ...(before?.description !== undefined && { description: before.description }),
    ...(before?.metadata && { metadata: before.metadata }),
    name: name.trim(),
    active,
    // What comes is about no endpoint.
    ...(targetId !== undefined && form.kind !== 'events' && { targetId }),
    when: conditionOf(form),
    notify: { mail: isMailing, ...(notifiedId !== undefined && { targetId: notifiedId }) },
  };
}

export function conditionOf(form: RuleForm): Condition {
  const minutes = numberAsWritten(form.minutes);
  const minimum = numberAsWritten(form.minimum);
  switch (form.kind) {
    case 'successRate':
      return { metric: 'successRate', below: scaled(form.percent, 1 / 100), minutes, minimum };
    case 'timeToDelivery': {
      const { statistic, seconds } = form;
      return { metric: 'timeToDelivery', statistic, aboveMs: scaled(seconds, 1000), minutes, minimum };
    }
    case 'deadLetters':
      return { metric: 'deadLetters', atLeast: numberAsWritten(form.atLeast), minutes };
    case 'events': {
      const eventType = form.eventType.trim();
      return {
        metric: 'events',
        atLeast: numberAsWritten(form.atLeast),
        minutes,
        ...(eventType !== '' && { eventType }),
      };
    }
    case 'silence': {
      const eventType = form.eventType.trim();
      return {
        metric: 'silence',
        hours: numberAsWritten(form.hours),
        ...(eventType !== '' && form.targetId === undefined && { eventType }),
      };
    }
  }
}

/** A number in the API's unit. What is none stays as it was typed. */
function scaled(typed: string, factor: number): number {
  const value: unknown = numberAsWritten(typed);
  return typeof value === 'number' ? rounded(value * factor) : (value as number);
}

/** Whether all numbers can be read, so that the rule can be said in a sentence. */
export const isReadable = (form: RuleForm): boolean =>
  NUMBERS[form.kind].every((field) => Number(form[field]) > 0);

const NUMBERS = {
  successRate: ['percent', 'minutes', 'minimum'],
  timeToDelivery: ['seconds', 'minutes', 'minimum'],
  deadLetters: ['atLeast', 'minutes'],
  events: ['atLeast', 'minutes'],
  silence: ['hours'],
} as const satisfies Record<Kind, readonly (keyof RuleForm)[]>;
