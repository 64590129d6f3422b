/** What is wrong with a part of a filter. */
export interface Problem {
  /** Fields joined by dots, and positions in lists: `data.user.plan[2].prefix`; empty for the part as a whole. */
  readonly path: string;
  readonly message: string;
}
