import * as z from 'zod/mini';
import { entityKind } from '../config/entity.ts';
import type { ItemOf } from '../values/item.ts';

/** How a tenant's portal looks to consumers. A tenant has one. */
export const BRANDING = entityKind('branding', {
  name: z.optional(z.string()),
  /** A `data:` URI. */
  logo: z.optional(z.string()),
  /** `#rrggbb`. */
  accent: z.optional(z.string()),
  /** Pixels. */
  cornerRadius: z.optional(z.number()),
});

export type Branding = ItemOf<typeof BRANDING>;

/** Its id: the only one of a tenant. */
export const BRANDING_ID = 'portal';
