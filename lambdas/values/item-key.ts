/** The key of an item, in each of the tables. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}
