import { fits, isPattern } from '../../../parts/event-patterns.ts';
import { jsonText } from '../../../parts/payload/json-text.ts';

/** What a test event carries. */

interface Described {
  readonly name: string;
  readonly sample?: unknown;
}

/** The first type that a subscription names, or one of the catalogue that its first pattern fits; else empty. */
export function firstTypeOf(patterns: readonly string[], catalogue: readonly Described[]): string {
  const exact = patterns.find((pattern) => !isPattern(pattern));
  if (exact !== undefined) return exact;
  const first = patterns[0];
  return catalogue.find(({ name }) => first !== undefined && fits(first, name))?.name ?? '';
}

/** The sample of a type as text to edit. */
export function sampleText(catalogue: readonly Described[], type: string): string {
  const sample = catalogue.find(({ name }) => name === type)?.sample;
  return jsonText(sample ?? { test: true });
}
