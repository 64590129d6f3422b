import { PosthornError } from '../../../client/errors.ts';
import { api } from '../../api/client.ts';
import { isPassing, wordsOf } from '../../api/problem.ts';
import { IS_FRAMED, IS_PORTAL } from '../mode.ts';
import { finishOidc, isBackFromIssuer } from './oidc.ts';
import { type Session, sessionThatEnds } from './other-session.ts';

/**
 * Signing in with what the address carries. A secret stands behind `#`, which browsers send to nobody: `#link=phl_…` for one
 * use, and in a portal `#token=…`. It leaves the address at once, so that it is in no bookmark.
 */
interface Carried {
  readonly link: string | null;
  readonly token: string | null;
  /** The viewer wants to leave the session of this browser for it. */
  readonly isWanted?: boolean;
}

/** Until it has been used, or is of no use. */
let carried: Carried | undefined;
let problem: string | undefined;

/** Why what the page was opened with did not sign in, if it did not. */
export const problemOfStart = (): string | undefined => problem;

/** @returns whether the address carried something */
export function takeFromAddress(): boolean {
  const hash = new URLSearchParams(location.hash.slice(1));
  const found: Carried = { link: hash.get('link'), token: hash.get('token') };
  if (found.link === null && found.token === null) return false;
  history.replaceState(history.state, '', location.href.split('#')[0]);
  carried = found;
  problem = undefined;
  return true;
}

export type Used =
  /** Nothing was there, or it is of no use. Whoever is signed in already goes on. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'signed-in'; readonly credential?: string | undefined }
  /** It would end this session: the viewer decides. */
  | { readonly kind: 'asks'; readonly own: Session }
  /** A portal is opened for somebody. Where that fails, it shows nothing of whom it was opened for before. */
  | { readonly kind: 'refused' };

/** What the viewer answered. */
export function decideOnCarried(isWanted: boolean): void {
  carried = isWanted && carried ? { ...carried, isWanted } : undefined;
}

/** Uses it up. @throws PosthornError when there was no answer, and a later try may get one */
export async function signInWithCarried(): Promise<Used> {
  const { link = null, token = null } = carried ?? {};
  const isBack = isBackFromIssuer();
  if (!carried?.isWanted) {
    const own = await sessionThatEnds({ link, token });
    if (own) return { kind: 'asks', own };
  }
  if (link === null && token === null && !isBack) return { kind: 'nothing' };
  try {
    if (link !== null) await api.POST('/v1/session/redeem', { body: { token: link } });
    else if (token !== null) await exchange(token);
    else await finishOidc();
  } catch (error) {
    if (token !== null && isPassing(error)) throw error;
    problem = wordsFor(error, isBack);
    carried = undefined;
    return { kind: token === null ? 'nothing' : 'refused' };
  }
  carried = undefined;
  return { kind: 'signed-in', credential: token ?? undefined };
}

/** Makes a session of a key or a portal token. @throws PosthornError */
export async function exchange(credential: string): Promise<void> {
  await api.POST('/v1/session', { headers: { authorization: `Bearer ${credential}` } });
}

function wordsFor(error: unknown, isBack: boolean): string {
  if (!(error instanceof PosthornError) || isBack || isPassing(error)) return wordsOf(error);
  if (!IS_PORTAL)
    return 'This sign-in link was used already, or has expired. A link works once, for ten minutes.';
  return IS_FRAMED
    ? 'This view has expired. Reload the page around it.'
    : 'This link has expired. Open the page again where you found it.';
}
