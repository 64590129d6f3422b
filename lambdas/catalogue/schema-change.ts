/** How changes of a schema are told: what they mean for those who read its payloads. Pure. */

export const EFFECTS = ['breaking', 'unclear', 'compatible'] as const;

export const RULES = [
  'schema-added',
  'schema-removed',
  'type-deleted',
  'property-added',
  'property-removed',
  'property-required',
  'property-optional',
  'type-narrowed',
  'type-widened',
  'type-changed',
  'values-removed',
  'values-added',
  'values-changed',
  'limit-tightened',
  'limit-loosened',
  'limit-changed',
  'other-properties-refused',
  'other-properties-allowed',
  'alternatives-removed',
  'alternatives-added',
  'alternatives-changed',
  'unclear',
  'wording',
] as const;

export interface SchemaChange {
  /** Where in a payload: `customer.tags[]`; empty for the whole. */
  readonly path: string;
  readonly rule: (typeof RULES)[number];
  /** `unclear` counts as breaking. */
  readonly effect: (typeof EFFECTS)[number];
  /** For people: `was required, is optional`. */
  readonly message: string;
}

/** Whether readers of the old schema may stumble. */
export const isBreaking = (changes: readonly SchemaChange[]): boolean =>
  changes.some(({ effect }) => effect !== 'compatible');
