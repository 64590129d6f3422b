import { idOf, type View } from '../apply/existing.ts';
import { KEY, labelOf } from '../apply/label.ts';

/** Keys for what has none. Pure. */

/** `Orders, production` is orders-production. */
function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return KEY.test(plain) ? plain : '';
}

const hostOf = (url = ''): string => (URL.canParse(url) ? new URL(url).hostname : '');

function meant(view: View): string {
  const { name, url, events } = view as { name?: string; url?: string; events?: readonly string[] };
  return slug(name ?? '') || slug(hostOf(url)) || slug(events?.[0] ?? '') || idOf(view);
}

/** A key for each: that of its mark, those of this configuration first; else one of its name, its host, or its events. */
export function keysOf(views: readonly View[], name: string): ReadonlyMap<View, string> {
  const keys = new Map<View, string>();
  const taken = new Set<string>();
  const take = (view: View, key: string): void => {
    keys.set(view, key);
    taken.add(key);
  };
  for (const isOwn of [true, false]) {
    for (const view of views) {
      const label = labelOf(view);
      if (!label || (label.name === name) !== isOwn) continue;
      if (!keys.has(view) && KEY.test(label.key) && !taken.has(label.key)) take(view, label.key);
    }
  }
  for (const view of views) {
    if (keys.has(view)) continue;
    const key = meant(view);
    let next = key;
    for (let number = 2; taken.has(next); number++) next = `${key}-${number}`;
    take(view, next);
  }
  return keys;
}
