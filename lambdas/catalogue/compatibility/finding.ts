/** One way in which a schema allows what another does not. Pure. */
export interface Finding {
  /** Where in a payload: `customer.tags[]`; empty for the whole. */
  readonly path: string;
  /** What it is about. Two findings about the same thing at the same place are one change, seen from both sides. */
  readonly about: About;
  /** Of a limit and of what can't be compared: the keyword. */
  readonly keyword?: string | undefined;
  /** What the narrower schema says, in words: `required`. */
  readonly narrow: string;
  /** What the wider one says: `optional`. */
  readonly wide: string;
}

export type About =
  /** One that only one side describes. */
  | 'property'
  /** One that one side refuses. */
  | 'refused-property'
  | 'presence'
  | 'type'
  | 'values'
  | 'limit'
  | 'other-properties'
  | 'alternatives'
  /** It may be as narrow, but that is not known. */
  | 'unclear';

const LONGEST_TEXT = 120;
const LONGEST_PATH = 200;

/** A text of strangers, cut to a length that a list can hold. */
export const cut = (text: string, length = LONGEST_TEXT): string =>
  text.length > length ? `${text.slice(0, length - 1).toWellFormed()}…` : text;

/** Where a property stands. */
export const pathTo = (path: string, name: string): string =>
  cut(path === '' ? name : `${path}.${name}`, LONGEST_PATH);

export const pathInto = (path: string, step = ''): string => cut(`${path}[${step}]`, LONGEST_PATH);

/** Something that a comparison can't decide. */
export const unclear = (path: string, keyword: string): Finding => ({
  path,
  about: 'unclear',
  keyword,
  narrow: '',
  wide: '',
});
