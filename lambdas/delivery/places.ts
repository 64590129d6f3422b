/** Which part of a list of deliveries to read. Their places are in the order of their events. */
export interface PlacesPage {
  /** Events accepted at this time or later, in milliseconds since the epoch. */
  readonly from?: number | undefined;
  /** Events accepted before this time. */
  readonly to?: number | undefined;
  /** The place after which the list goes on. */
  readonly after?: string | undefined;
  readonly newestFirst: boolean;
  readonly limit: number;
}

/** Places of deliveries in order. An empty page may have a next one. */
export interface Places {
  readonly places: string[];
  /** The next `after`; undefined at the end. */
  readonly next: string | undefined;
}
