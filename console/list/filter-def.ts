/** A filter of a list: a part of the API's query, and of the page's address, under the same name. */
export interface FilterDef {
  /** In the query: `status`, `targetId`. */
  readonly name: string;
  /** `Status` */
  readonly label: string;
  /** Values to choose from; several at once with `isMany`, separated by commas as the API takes them. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly isMany?: boolean;
  /** For one that is typed: what is expected. */
  readonly hint?: string;
}
