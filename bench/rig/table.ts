/** A line of a table: what was measured, and what it should be. */
export const row = (measured: number | string, goal = ''): { measured: number | string; goal: string } => ({
  measured,
  goal,
});
