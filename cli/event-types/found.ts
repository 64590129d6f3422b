/** What an import finds in documents. */

export interface FoundType {
  /** Without the prefix. */
  readonly name: string;
  /** Where it stands: a file, and what of it. */
  readonly from: string;
  readonly description?: string | undefined;
  readonly schema?: unknown;
  readonly sample?: unknown;
  readonly deprecated?: boolean | undefined;
}

/** What can't be imported, and why. */
export interface Unusable {
  readonly name?: string | undefined;
  readonly from: string;
  readonly message: string;
}

export interface Found {
  readonly types: readonly FoundType[];
  readonly unusable: readonly Unusable[];
  /** What was left out on purpose. */
  readonly notes: readonly string[];
}

/** Something in a document that an import can't use. The message says what was expected. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

export const joined = (found: readonly Found[]): Found => ({
  types: found.flatMap(({ types }) => types),
  unusable: found.flatMap(({ unusable }) => unusable),
  notes: found.flatMap(({ notes }) => notes),
});

/** One thing of a document. What is wrong with it is no matter for the others. */
export function usable(from: string, name: string | undefined, read: () => FoundType): Found {
  try {
    return { types: [read()], unusable: [], notes: [] };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return { types: [], unusable: [{ from, name, message: error.message }], notes: [] };
  }
}

const MAX_DESCRIPTION = 1024;

/** A text of a document, which may be Markdown of many lines, as the catalogue has it: one line. */
export function descriptionOf(...texts: readonly unknown[]): string | undefined {
  const text = texts.find((one): one is string => typeof one === 'string' && one.trim() !== '');
  if (text === undefined) return undefined;
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  return characters.length > MAX_DESCRIPTION
    ? `${characters.slice(0, MAX_DESCRIPTION - 1).join('')}…`
    : characters.join('');
}
