/**
 * What a viewer has written is sent as it is: the API knows what it expects there, and says so beside the field. These are the
 * only places where a body's type is not the document's.
 */

/** A body with JSON of the viewer's own. */
export const asWritten = (body: unknown) => body as never;

/** A field for a number. What is none goes as the text that it is. */
export const numberAsWritten = (text: string): number => {
  const trimmed = text.trim();
  return trimmed === '' || Number.isNaN(Number(trimmed)) ? asWritten(trimmed) : Number(trimmed);
};
