import * as z from 'zod/mini';
import { entityKind } from '../config/entity.ts';
import type { ItemOf } from '../values/item.ts';
import { loose } from '../values/loose.ts';
import { SCOPES } from './scopes.ts';

/** What a program calls the API with. The key's text is shown once, and kept as a hash. */
export const API_KEY = entityKind('key', {
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  /** Newest first; those that were replaced have an end. */
  secrets: z.array(loose({ hash: z.string(), createdAt: z.string(), expiresAt: z.optional(z.string()) })),
  /** RFC 3339. */
  expiresAt: z.optional(z.string()),
});

export type ApiKey = ItemOf<typeof API_KEY>;
