import { EFFECTS, type SchemaChange } from '../schema-change.ts';
import { gaps } from './covers.ts';
import type { About, Finding } from './finding.ts';
import { canonical, type Schema, TooMuchWork } from './schema.ts';

type Rule = SchemaChange['rule'];

/** What a finding is called: where the new schema allows more, where it allows less, and where it does both. */
const NAMES: Readonly<Record<About, readonly [more: Rule, less: Rule, both: Rule]>> = {
  property: ['property-removed', 'property-added', 'property-removed'],
  'refused-property': ['property-added', 'property-removed', 'property-added'],
  presence: ['property-optional', 'property-required', 'property-optional'],
  type: ['type-widened', 'type-narrowed', 'type-changed'],
  values: ['values-added', 'values-removed', 'values-changed'],
  limit: ['limit-loosened', 'limit-tightened', 'limit-changed'],
  'other-properties': ['other-properties-allowed', 'other-properties-refused', 'other-properties-allowed'],
  alternatives: ['alternatives-added', 'alternatives-removed', 'alternatives-changed'],
  unclear: ['unclear', 'limit-tightened', 'unclear'],
};

/** A comparison of two large schemas of people takes some thousand steps, and each some microseconds. */
const MOST_STEPS = 20_000;

/**
 * What a change of a schema does to those who read payloads by the old one. It is compatible if every payload that fits the new
 * one fits the old one too, and no property has gone. What can't be decided is `unclear`.
 * @param was the schema until now, undefined for none; its payloads may be anything
 * @returns no change where both say the same in the same words; else at least one, the breaking ones first
 */
export function changesOf(was: unknown, is: unknown): SchemaChange[] {
  if (was === undefined && is === undefined) return [];
  if (was === undefined) {
    return [{ path: '', rule: 'schema-added', effect: 'compatible', message: 'had no schema, has one' }];
  }
  if (is === undefined) {
    return [{ path: '', rule: 'schema-removed', effect: 'breaking', message: 'had a schema, has none' }];
  }
  try {
    if (canonical(was) === canonical(is)) return [];
    return compared({ of: was, root: was }, { of: is, root: is });
  } catch (error) {
    // A RangeError: nested more deeply than the stack.
    if (!(error instanceof TooMuchWork || error instanceof RangeError)) throw error;
    const message = 'the schemas are too large to be compared';
    return [{ path: '', rule: 'unclear', effect: 'unclear', message }];
  }
}

function compared(was: Schema, is: Schema): SchemaChange[] {
  const more = gaps(is, was, { steps: MOST_STEPS });
  const less = gaps(was, is, { steps: MOST_STEPS });
  const changes = [
    ...more.map((finding) => changeOfMore(finding, less)),
    ...less.filter((finding) => !more.some((other) => isAboutSame(finding, other))).map(changeOfLess),
  ];
  const worst = ({ effect }: SchemaChange): number => EFFECTS.indexOf(effect);
  if (changes.length > 0) return changes.sort((a, b) => worst(a) - worst(b));
  return [{ path: '', rule: 'wording', effect: 'compatible', message: 'no payload is affected' }];
}

const isAboutSame = (a: Finding, b: Finding): boolean =>
  a.path === b.path && subjectOf(a) === subjectOf(b) && a.keyword === b.keyword;

const subjectOf = ({ about }: Finding): About => (about === 'refused-property' ? 'property' : about);

function changeOfMore(finding: Finding, less: readonly Finding[]): SchemaChange {
  const { path, about, keyword, narrow, wide } = finding;
  if (about === 'unclear') {
    const message = `what ${keyword} says has changed, and can’t be compared`;
    return { path, rule: 'unclear', effect: 'unclear', message };
  }
  const [rule, , both] = NAMES[about];
  const isBoth = less.some((other) => isAboutSame(finding, other));
  return { path, rule: isBoth ? both : rule, effect: 'breaking', message: `was ${narrow}, is ${wide}` };
}

function changeOfLess({ path, about, keyword, narrow, wide }: Finding): SchemaChange {
  const message = about === 'unclear' ? `${keyword} allows less` : `was ${wide}, is ${narrow}`;
  return { path, rule: NAMES[about][1], effect: 'compatible', message };
}
