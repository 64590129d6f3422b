/** A line of a table: the measured value and its goal. */
export const row = (measured: number | string, goal = ''): { measured: number | string; goal: string } => ({
  measured,
  goal,
});
