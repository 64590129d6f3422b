/**
 * `If-Match` (RFC 9110, 13.1.1): a write takes place only on the state that its caller has seen.
 */
export type Precondition = (revision: Revision) => boolean;

/** A number that rises with each write; of a view that is made of several entities, theirs joined by dots. */
export type Revision = number | string;

/** No condition. */
export const anyRevision: Precondition = () => true;

/** An entity's strong ETag. */
export const etagOf = (revision: Revision): string => `"${revision}"`;

const LIST = /^(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*$/;

/**
 * Reads the header. Weak tags are allowed and match nothing, as the RFC has it.
 * @returns undefined when the header is malformed
 */
export function preconditionOf(header: string | undefined): Precondition | undefined {
  const text = header?.trim();
  if (text === undefined || text === '*') return anyRevision;
  if (!LIST.test(text)) return undefined;
  const tags = new Set(text.match(/(?:W\/)?"[^"]*"/g));
  return (revision) => tags.has(etagOf(revision));
}
