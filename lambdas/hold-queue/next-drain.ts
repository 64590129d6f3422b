/** When the room is to be looked into next; undefined when nobody seems to be left. */
export type Next =
  | {
      readonly at: number;
      readonly step?: number;
      /** Whether the next call follows at once, though this one released no delivery that is due. */
      readonly isIdle?: boolean;
    }
  | undefined;
