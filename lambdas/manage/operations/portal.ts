import { PORTAL_SECONDS } from '../../access/portal-token.ts';
import type { ROUTES } from '../../api/routes.ts';
import type { Operation } from '../operation.ts';
import { refuseGranting } from './keys.ts';

export const createPortalToken: Operation<(typeof ROUTES)['createPortalToken']> = async (
  { portal, randomBytes },
  { caller, body, make },
) => {
  const scopes = body.scopes ?? ['read'];
  refuseGranting(caller, scopes);
  // The library is loaded by the first token, not by every cold start.
  const { SIGNING_KEY_BYTES, signPortalToken } = await import('../../access/portal-jwt.ts');
  const key = await portal.signingKey(() => randomBytes(SIGNING_KEY_BYTES));
  // A JWT's times are whole seconds.
  const wanted = (Math.floor(make.now / 1000) + (body.expiresInSeconds ?? PORTAL_SECONDS.default)) * 1000;
  // A token ends no later than the key that it was made with.
  const expires = caller.expiresAt === undefined ? wanted : Math.min(wanted, Date.parse(caller.expiresAt));
  const token = await signPortalToken(key, { tenant: caller.tenant, scopes }, make.now, expires);
  return {
    status: 201,
    body: { token, expiresAt: new Date(expires).toISOString() },
    shownOnce: ['token'],
  };
};
