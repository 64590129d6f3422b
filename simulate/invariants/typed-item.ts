/** An item as DynamoDB stores it: each attribute with its type. */
export type TypedItem = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** @returns undefined where it is missing or no text */
export const textIn = (item: TypedItem | undefined, name: string): string | undefined =>
  item?.[name]?.S as string | undefined;

/** @returns undefined where it is missing or no number */
export function numberIn(item: TypedItem | undefined, name: string): number | undefined {
  const text = item?.[name]?.N as string | undefined;
  return text === undefined ? undefined : Number(text);
}

export const flagIn = (item: TypedItem | undefined, name: string): boolean => item?.[name]?.BOOL === true;

/** The maps in a list. */
export const listIn = (item: TypedItem | undefined, name: string): readonly TypedItem[] =>
  ((item?.[name]?.L ?? []) as readonly { readonly M?: TypedItem }[]).map(({ M = {} }) => M);

export const mapIn = (item: TypedItem | undefined, name: string): TypedItem | undefined =>
  item?.[name]?.M as TypedItem | undefined;

/** Its key, as in texts for people. */
export const keyOf = (item: TypedItem | undefined): string =>
  `${textIn(item, 'pk') ?? '?'} / ${textIn(item, 'sk') ?? '?'}`;
