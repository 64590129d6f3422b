/** A filter as a form shows it. */

export type Scalar = string | number | boolean | null;

/** Operators that take one text. */
export const TEXT_OPERATORS = [
  'prefix',
  'suffix',
  'equals-ignore-case',
  'wildcard',
  'regex',
  'cidr',
] as const;
export type TextOperator = (typeof TEXT_OPERATORS)[number];

/** What `anything-but` can deny: values, or one of these operators. */
export const NEGATABLE = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'regex'] as const;
export type Negatable = (typeof NEGATABLE)[number];

export const COMPARISONS = ['=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** A comparison with a number as it was typed. */
export interface Bound {
  readonly comparison: Comparison;
  readonly number: string;
}

/** What may hold of a field's value. Of several tests, one is enough. */
export type Test =
  | { readonly kind: 'is'; readonly values: readonly Scalar[] }
  | {
      readonly kind: 'text';
      readonly operator: TextOperator;
      /** Undefined as long as nothing was typed. */
      readonly text: string | undefined;
      /** For `prefix` and `suffix`. */
      readonly isAnyCase: boolean;
    }
  | { readonly kind: 'numeric'; readonly bounds: readonly [Bound] | readonly [Bound, Bound] }
  | { readonly kind: 'exists'; readonly isThere: boolean }
  | {
      readonly kind: 'not';
      readonly operator: 'is' | Negatable;
      readonly values: readonly Scalar[];
      /** Whether a single value stands in a list: it may stand alone as well. */
      readonly isList: boolean;
    }
  /** What the form has no words for. It stays as it is. */
  | { readonly kind: 'kept'; readonly value: unknown };

export interface TestRow {
  readonly kind: 'test';
  /** For React; unique in a form. */
  readonly id: number;
  /** The field as it was typed: `data.user.plan`. */
  readonly field: string;
  readonly tests: readonly Test[];
}

/** A part of the condition that is left to JSON: alternatives, and what the API does not take. */
export interface KeptRow {
  readonly kind: 'kept';
  readonly id: number;
  readonly path: readonly string[];
  readonly value: unknown;
}

export type Row = TestRow | KeptRow;

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

export interface Span {
  readonly days?: readonly Day[];
  readonly from?: string;
  readonly to?: string;
  readonly timeZone: string;
}
export type During = Span | readonly Span[];

/** Hours of the week: of each day, from Monday, 24 times whether the hour belongs to it. */
export type Week = readonly (readonly boolean[])[];

export type Hours =
  | {
      readonly kind: 'week';
      readonly week: Week;
      readonly timeZone: string;
      /** How it was written: it stays so as long as it means the same. */
      readonly written?: During;
    }
  | { readonly kind: 'kept'; readonly value: unknown };

export interface FilterForm {
  readonly events: readonly string[];
  readonly rows: readonly Row[];
  /** Whether there is a `where` even without rows. */
  readonly hasEmptyWhere: boolean;
  readonly jsonpath: string | undefined;
  readonly hours: Hours | undefined;
  /** Members that the form does not show, such as `filters`, the short form of `where`. */
  readonly rest: Readonly<Record<string, unknown>>;
  /** The members as they stood. */
  readonly order: readonly string[];
}

export const EMPTY_FORM: FilterForm = {
  events: [],
  rows: [],
  hasEmptyWhere: false,
  jsonpath: undefined,
  hours: undefined,
  rest: {},
  order: [],
};

export const nextId = (rows: readonly Row[]): number => Math.max(0, ...rows.map(({ id }) => id)) + 1;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isScalar = (value: unknown): value is Scalar => value === null || typeof value !== 'object';
