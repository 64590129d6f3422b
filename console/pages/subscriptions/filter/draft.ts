import { type JsonError, jsonText, readJson } from '../../../parts/payload/json-text.ts';
import { filterOf, formOf, type Written } from './conversion.ts';
import { EMPTY_FORM, type FilterForm } from './form.ts';

/** A filter that is being edited, as JSON and as a form at once. */
export interface Draft {
  readonly text: string;
  /** As it was when it could last be shown. */
  readonly form: FilterForm;
  /** Whether the form shows what the JSON says. */
  readonly state:
    | { readonly kind: 'in-step' }
    /** The JSON can't be read at the moment. */
    | { readonly kind: 'broken'; readonly error: JsonError }
    /** No form can show it. */
    | { readonly kind: 'json-only'; readonly reason: string; readonly filter: unknown };
}

const IN_STEP = { kind: 'in-step' } as const;

export const draftOf = (filter: unknown): Draft =>
  withText({ text: '', form: EMPTY_FORM, state: IN_STEP }, jsonText(filter));

export function withText(draft: Draft, text: string): Draft {
  const read = readJson(text);
  if (!read.isValid) return { ...draft, text, state: { kind: 'broken', error: read.error } };
  const result = formOf(read.value, draft.form);
  return result.kind === 'form'
    ? { text, form: result.form, state: IN_STEP }
    : { ...draft, text, state: { kind: 'json-only', reason: result.reason, filter: read.value } };
}

export const withForm = (form: FilterForm): Draft => ({
  text: jsonText(filterOf(form).filter),
  form,
  state: IN_STEP,
});

/** What can be tried and saved of it; undefined while the JSON can't be read. */
export function filterOfDraft({ state, form }: Draft): unknown {
  if (state.kind === 'broken') return undefined;
  return state.kind === 'json-only' ? state.filter : filterOf(form).filter;
}

/** Why it can't be saved yet. What the API has to say of it comes from the API. */
export function unfinished({ state, form }: Draft): string | undefined {
  if (state.kind === 'broken') return `The JSON breaks in line ${state.error.line}: ${state.error.message}.`;
  if (state.kind === 'json-only') return undefined;
  const { rowProblems, hoursProblem }: Written = filterOf(form);
  const count = rowProblems.size;
  if (count > 0)
    return count === 1 ? 'One condition is not complete.' : `${count} conditions are not complete.`;
  return hoursProblem && `Hours: ${hoursProblem}`;
}
