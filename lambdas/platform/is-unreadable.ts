import type { UnreadableItemError } from './items.ts';

/** By its name: the class would bring the schemas of items along, which not every function needs at its start. */
export const isUnreadable = (error: unknown): error is UnreadableItemError =>
  error instanceof Error && error.name === ('UnreadableItemError' satisfies UnreadableItemError['name']);
