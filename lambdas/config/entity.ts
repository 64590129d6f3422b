import * as z from 'zod/mini';
import { type ItemOf, itemKind, texts } from '../values/item.ts';

/** What the config table holds. Each kind is a schema, by which its items are checked (see `item.ts`), and its type. */

/** What all configured things have. */
export const entity = {
  id: z.string(),
  /** RFC 3339. */
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Rises with each write; the entity's ETag. */
  revision: z.number(),
  /** Set when its deletion has begun: nothing of it can be used any more. RFC 3339. */
  deletedAt: z.optional(z.string()),
};

const ENTITY = itemKind('entity', entity);

export type Entity = ItemOf<typeof ENTITY>;

export const described = {
  name: z.optional(z.string()),
  description: z.optional(z.string()),
  metadata: z.optional(texts),
};
