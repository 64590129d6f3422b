import { isOver } from '../../access/api-key.ts';
import { hashOfText } from '../../access/bearer-text.ts';
import { endOfSession } from '../../access/session.ts';
import { LINK_SECONDS, LINK_TEXT } from '../../access/sign-in-link.ts';
import type { ROUTES } from '../../api/routes.ts';
import { frameOf } from '../../config/maker.ts';
import { ApiError, insufficient } from '../../http/errors.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { Operation } from '../operation.ts';
import { credentialBehind, enter } from '../sign-in.ts';

type Routes = typeof ROUTES;

/** A link lives no longer than the key that makes it. */
export const createSignInLink: Operation<Routes['createSignInLink']> = async ({ sessions }, call) => {
  const { caller, tenant, body, make } = call;
  if (caller.session !== undefined) {
    throw insufficient('expected an API key: a session makes no sign-in links');
  }
  const { expiresInSeconds = LINK_SECONDS.max } = body;
  const end = Math.min(make.now + expiresInSeconds * 1000, endOfSession(make.now, caller.expiresAt));
  const id = make.id('lnk');
  const token = LINK_TEXT.write({ id, tenant }, make.secret());
  await sessions.addSignInLink(tenant, {
    id,
    hash: hashOfText(token),
    ...credentialBehind(call),
    expiresAt: rfc3339(end),
    ttl: Math.ceil(end / 1000),
    ...frameOf(make, undefined),
  });
  return { status: 201, body: { id, token, expiresAt: rfc3339(end) } };
};

/** Whatever is wrong with a link, the answer is the same. */
const refused = (): ApiError =>
  new ApiError(401, 'invalid_link', 'expected a sign-in link that was not used and has not expired');

export const redeemSignInLink: Operation<Routes['redeemSignInLink']> = async (deps, call) => {
  const { body, make } = call;
  const address = LINK_TEXT.parse(body.token);
  if (!address) throw refused();
  const { tenant, id } = address;
  const link = await deps.sessions.takeSignInLink(tenant, id, hashOfText(body.token));
  if (!link || isOver(link.expiresAt, make.now)) throw refused();
  const made = await enter(deps, call, tenant, link);
  if (!made) throw refused();
  return { status: 201, body: made.body, cookies: made.cookies, by: made.caller };
};
