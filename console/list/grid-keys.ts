/** What a key does in a list. */
export type GridAction =
  | { readonly kind: 'go'; readonly to: number }
  | { readonly kind: 'open' }
  | { readonly kind: 'close' }
  | { readonly kind: 'select'; readonly isRange: boolean };

interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/**
 * What a key does: j and k or the arrows go on and back, Home and End to the ends, Enter opens, Escape closes, x selects.
 * @param current the row that the keys are at, of `count`
 */
export function actionOf(key: Key, current: number, count: number): GridAction | undefined {
  if (key.ctrlKey || key.metaKey || key.altKey || count === 0) return undefined;
  const go = (to: number): GridAction => ({ kind: 'go', to: Math.max(0, Math.min(count - 1, to)) });
  switch (key.key) {
    case 'j':
    case 'ArrowDown':
      return go(current + 1);
    case 'k':
    case 'ArrowUp':
      return go(current - 1);
    case 'Home':
      return go(0);
    case 'End':
      return go(count - 1);
    case 'Enter':
      return { kind: 'open' };
    case 'Escape':
      return { kind: 'close' };
    case 'x':
    case 'X':
      return { kind: 'select', isRange: key.shiftKey };
    default:
      return undefined;
  }
}
