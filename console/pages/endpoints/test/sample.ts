/** What a test event carries. */

interface Described {
  readonly name: string;
  readonly sample?: unknown;
}

/** The first type that a subscription names, or one of the catalogue that its first pattern fits; else empty. */
export function firstTypeOf(patterns: readonly string[], catalogue: readonly Described[]): string {
  const exact = patterns.find((pattern) => !pattern.includes('*'));
  if (exact !== undefined) return exact;
  const first = patterns[0];
  return catalogue.find(({ name }) => first !== undefined && fits(first, name))?.name ?? '';
}

/** Whether a pattern of event types fits one: `*` is a segment, `**` any number of them. Only to choose a sample. */
function fits(pattern: string, type: string): boolean {
  const rest = (wanted: readonly string[], given: readonly string[]): boolean => {
    const [head, ...tail] = wanted;
    if (head === undefined) return given.length === 0;
    if (head === '**') return rest(tail, given) || (given.length > 0 && rest(wanted, given.slice(1)));
    return given.length > 0 && (head === '*' || head === given[0]) && rest(tail, given.slice(1));
  };
  return rest(pattern.split('.'), type.split('.'));
}

/** The sample of a type as text to edit. */
export function sampleText(catalogue: readonly Described[], type: string): string {
  const sample = catalogue.find(({ name }) => name === type)?.sample;
  return JSON.stringify(sample ?? { test: true }, null, 2);
}

/** The payload that was written, or what is wrong with it. */
export function readData(text: string): { readonly value?: unknown; readonly problem?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `Expected JSON: ${(error as Error).message}` };
  }
}
