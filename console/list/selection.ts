/**
 * The ids that are selected after a click on a row.
 * @param ids of all rows, in their order
 * @param anchor the row that was clicked before; with `isRange`, everything between them gets the clicked row's new state
 */
export function afterClick(
  selected: ReadonlySet<string>,
  ids: readonly string[],
  clicked: string,
  anchor: string | undefined,
  isRange: boolean,
): ReadonlySet<string> {
  const next = new Set(selected);
  const isOn = !selected.has(clicked);
  const [from, to] = [ids.indexOf(anchor ?? clicked), ids.indexOf(clicked)].sort((a, b) => a - b);
  const changed = isRange && from! >= 0 ? ids.slice(from, to! + 1) : [clicked];
  for (const id of changed) {
    if (isOn) next.add(id);
    else next.delete(id);
  }
  return next;
}
