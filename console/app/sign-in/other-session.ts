import { api } from '../../api/client.ts';
import { isSignedOut } from '../../api/problem.ts';
import type { Answer } from '../../api/types.ts';
import { IS_FRAMED } from '../mode.ts';

export type Session = Answer<'/v1/session'>;

/** What an address can carry: see carried.ts. */
interface Credential {
  readonly link: string | null;
  readonly token: string | null;
}

/** Names what a session sees: its tenant's things, or those of some endpoints. */
export const viewOf = ({ tenantId, targetIds }: Pick<Session, 'tenantId' | 'targetIds'>): string =>
  [tenantId, ...(targetIds ?? [])].join(' ');

/**
 * The session of this browser that a link would end for one of somebody else. A link that a stranger has made must not move
 * who follows it into the stranger's tenant unseen: what is then entered is the stranger's to read. A page that frames the
 * portal chooses for whom.
 * @throws PosthornError when there was no answer
 */
export async function sessionThatEnds({ link, token }: Credential): Promise<Session | undefined> {
  if (IS_FRAMED || (link === null && token === null)) return undefined;
  const own = await sessionOf({});
  if (!own) return undefined;
  if (link !== null) return tenantOfLink(link) === own.tenantId ? undefined : own;
  const next = await sessionOf({ authorization: `Bearer ${token}` });
  return next && viewOf(next) !== viewOf(own) ? own : undefined;
}

/** @param headers with a credential; the browser's session is asked after without */
async function sessionOf(headers: Record<string, string>): Promise<Session | undefined> {
  try {
    return (await api.GET('/v1/session', { headers })).data;
  } catch (error) {
    if (isSignedOut(error)) return undefined;
    throw error;
  }
}

/** `phl_<link>_<tenant>_<secret>`. */
const tenantOfLink = (link: string): string => `ten_${link.split('_')[2]}`;
