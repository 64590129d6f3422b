import type { Entity } from '../config/entity.ts';
import { ApiError } from '../http/errors.ts';
import type { Precondition } from '../http/precondition.ts';

/** How often a write is tried when others come between. */
export const TRIES = 5;

export interface Change<T extends Entity> {
  readonly read: () => Promise<T>;
  /** Writes over the revision that was read. @returns false when it is another one by now */
  readonly replace: (next: T, revision: number) => Promise<boolean>;
  readonly ifMatch: Precondition;
  /** RFC 3339. */
  readonly at: string;
  readonly edit: (current: T) => T | Promise<T>;
}

/**
 * Changes an entity without losing another write. If one comes between, the change is made again on top of it, or
 * refused if `ifMatch` asks for the state before it.
 */
export async function changing<T extends Entity>({
  read,
  replace,
  ifMatch,
  at,
  edit,
}: Change<T>): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    const current = await read();
    if (!ifMatch(current.revision)) throw changedMeanwhile();
    const next = { ...(await edit(current)), updatedAt: at, revision: current.revision + 1 };
    if (await replace(next, current.revision)) return next;
  }
  throw busy();
}

/** A lost update, prevented (RFC 9110, 15.5.13). */
export const changedMeanwhile = (): ApiError =>
  new ApiError(412, 'precondition_failed', 'it has changed since; read it again', 'If-Match');

export const busy = (): ApiError =>
  new ApiError(409, 'conflict', 'others keep changing it at the same time; please repeat the request');
