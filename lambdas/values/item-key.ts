/**
 * Keys of the log table. The partition key starts with the tenant that the caller's credentials name, so no
 * id that a caller sends can reach another tenant's items. The sort key is the event's ULID: a range of it is
 * a range of time.
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}
