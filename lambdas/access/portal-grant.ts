import * as z from 'zod/mini';
import { entityKind } from '../config/entity.ts';
import { lowestUlidAt, withPrefix } from '../values/ids.ts';
import type { ItemOf } from '../values/item.ts';
import { isOver } from './api-key.ts';
import { PORTAL_SCOPES } from './portal-token.ts';

/**
 * What a portal token may do. The token carries this item's id and nothing more, so it is worth what is stored here: without
 * the item, nothing. Nothing of the token itself is stored.
 */
export const PORTAL_GRANT = entityKind(
  'portal-token',
  {
    /** Whom it was made for. */
    name: z.optional(z.string()),
    scopes: z.array(z.enum(PORTAL_SCOPES)),
    /** The targets that it is limited to; all of the tenant's without it. */
    targets: z.optional(z.array(z.string()).check(z.minLength(1))),
    /** The credential that it was made with: a key's id, `first`, or that of a user who had signed in. */
    madeBy: z.string(),
    /** The tenant of that credential, where an administrator has made it who acted for this one. */
    makersTenant: z.optional(z.string()),
    /** RFC 3339. */
    expiresAt: z.string(),
    /** When the table may drop the item; in seconds. */
    ttl: z.number(),
  },
  'portal token',
);

export type PortalGrant = ItemOf<typeof PORTAL_GRANT>;

/**
 * An id is made of the token's end instead of its beginning. So the tokens that are still valid are one range of the table,
 * and neither a list nor a count reads those that are over.
 * @param now milliseconds since the epoch
 * @returns an id behind which all stand that are valid now
 */
export const beforeValidGrants = (now: number): string => withPrefix('ptk', lowestUlidAt(now + 1));

/** Whether its time is not over. @param now milliseconds since the epoch */
export const isGrantValid = ({ expiresAt, deletedAt }: PortalGrant, now: number): boolean =>
  deletedAt === undefined && !isOver(expiresAt, now);
