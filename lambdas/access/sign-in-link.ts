import * as z from 'zod/mini';
import { entityKind } from '../config/entity.ts';
import type { ItemOf } from '../values/item.ts';
import { bearerText } from './bearer-text.ts';
import { BEHIND } from './session.ts';

/** The text of a link: `phl_<link ulid>_<tenant ulid>_<43 characters>`. */
export const LINK_TEXT = bearerText('phl', 'lnk');

/** Makes one session of the key that it was made with, within minutes. Its text is stored as a hash. */
export const SIGN_IN_LINK = entityKind(
  'sign-in-link',
  {
    ...BEHIND,
    hash: z.string(),
    /** RFC 3339. */
    expiresAt: z.string(),
    /** When the table may drop the item; in seconds. */
    ttl: z.number(),
  },
  'sign-in link',
);

export type SignInLink = ItemOf<typeof SIGN_IN_LINK>;

/** How long a link can live: ten minutes are enough to follow it, and few enough for one that stays in a terminal. */
export const LINK_SECONDS = { min: 10, max: 600 } as const;
