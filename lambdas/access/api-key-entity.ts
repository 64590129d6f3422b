import * as z from 'zod/mini';
import { entity } from '../config/entity.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import { loose } from '../values/loose.ts';
import { SCOPES } from './scopes.ts';

/** What a program calls the API with. The key itself is nowhere: it is shown once, and kept as a hash. */
export const API_KEY = itemKind('key', {
  ...entity,
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  /** Newest first; those that were replaced have an end. */
  secrets: z.array(loose({ hash: z.string(), createdAt: z.string(), expiresAt: z.optional(z.string()) })),
  /** RFC 3339. */
  expiresAt: z.optional(z.string()),
});

export type ApiKey = ItemOf<typeof API_KEY>;
