interface Option {
  readonly value: string;
  readonly label: string;
}

/** Choices of a filter by name, in the order of their names. Those of one name are told apart by the end of their ids. */
export function optionsOf<T extends { readonly id: string }>(
  things: Iterable<T>,
  nameOf: (thing: T) => string,
): readonly Option[] {
  const named = [...things].map((thing) => ({ value: thing.id, label: nameOf(thing) }));
  const counts = Map.groupBy(named, ({ label }) => label);
  return named
    .map(({ value, label }) =>
      counts.get(label)!.length > 1 ? { value, label: `${label} (…${value.slice(-6)})` } : { value, label },
    )
    .sort((a, b) => a.label.localeCompare(b.label));
}
