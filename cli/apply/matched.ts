import { type Entry, KINDS, type Kind } from './declared.ts';
import { type Existing, idOf, type View } from './existing.ts';
import { labelOf, labelText } from './label.ts';

/** Which entity an entry is about. Pure. */

export interface Match {
  readonly entry: Entry;
  readonly found?: View | undefined;
  /** Whether this configuration made it, or is to make it. What it was pointed to by an id or a name, it has not made. */
  readonly isMade: boolean;
}

/** What a configuration has made, and does not declare any more. */
export interface Stray {
  readonly kind: Kind;
  readonly view: View;
}

/** The id that an entry names comes first, then the label. Of several with one label, the oldest is meant. */
export function matched(
  entries: readonly Entry[],
  names: readonly string[],
  existing: Existing,
): { readonly matches: readonly Match[]; readonly strays: readonly Stray[] } {
  const index = new Map(KINDS.map((kind) => [kind, indexOf(existing[kind])]));
  const matches = entries.map((entry): Match => {
    const { byId, byLabel } = index.get(entry.kind)!;
    const found =
      entry.kind === 'eventTypes'
        ? byId.get(entry.key)
        : ((entry.id === undefined ? undefined : byId.get(entry.id)) ?? byLabel.get(labelText(entry)));
    const label = found && labelOf(found);
    return { entry, found, isMade: !found || (label !== undefined && labelText(label) === labelText(entry)) };
  });
  const meant = new Set(matches.map(({ found }) => found));
  const strays = KINDS.flatMap((kind) =>
    (existing[kind] as readonly View[])
      .filter((view) => !meant.has(view) && names.includes(labelOf(view)?.name ?? ''))
      .map((view): Stray => ({ kind, view })),
  );
  return { matches, strays };
}

function indexOf(views: readonly View[]) {
  const byId = new Map<string, View>();
  const byLabel = new Map<string, View>();
  for (const view of views) {
    const label = labelOf(view);
    byId.set(idOf(view), view);
    if (label && !byLabel.has(labelText(label))) byLabel.set(labelText(label), view);
  }
  return { byId, byLabel };
}
