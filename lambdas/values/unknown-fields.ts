/**
 * Fields of a message that no schema of this release names. They are what a destructuring leaves that names all others, so
 * one that was forgotten there does not compile here.
 */
type Rest = Readonly<Record<string, never>>;
export type Unknown = Readonly<Record<string, unknown>>;

/** As the log holds them beside the attributes that it has for the others; undefined when there are none. */
export const unknownText = (rest: Rest): string | undefined =>
  Object.keys(rest).length > 0 ? JSON.stringify(rest) : undefined;

export const unknownFrom = (text: string | undefined): Unknown =>
  text === undefined ? {} : (JSON.parse(text) as Unknown);
