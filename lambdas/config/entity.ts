import * as z from 'zod/mini';
import { type ItemKind, type ItemOf, itemKind, texts } from '../values/item.ts';
import type { Kind } from './config-keys.ts';

/** A kind of entity that tenants configure: its schema, by which its items are checked, and where they stand. */
export interface EntityKind<T = unknown> extends ItemKind<T> {
  /** The first part of their sort keys. */
  readonly prefix: Kind;
}

/** What all entities have. */
export const entity = {
  id: z.string(),
  /** RFC 3339. */
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Rises with each write; the entity's ETag. */
  revision: z.number(),
  /** Set when its deletion has begun: it is out of use from then on. RFC 3339. */
  deletedAt: z.optional(z.string()),
};

const ENTITY = itemKind('entity', entity);

export type Entity = ItemOf<typeof ENTITY>;

/** @param what a person calls it */
export const entityKind = <S extends z.core.$ZodShape>(prefix: Kind, fields: S, what: string = prefix) => ({
  ...itemKind(what, { ...entity, ...fields }),
  prefix,
});

export const described = {
  name: z.optional(z.string()),
  description: z.optional(z.string()),
  metadata: z.optional(texts),
};
