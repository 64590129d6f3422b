import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { api, OURS } from '../api/client.ts';
import { ApiProblem, problemOf } from '../api/problem.ts';
import { onSignedOut, queries } from '../api/queries.ts';
import type { Answer } from '../api/types.ts';
import { IS_PORTAL } from './mode.ts';
import { finishOidc, isBackFromIssuer } from './sign-in/oidc.ts';

export type Session = Answer<'/v1/session'>;
type Scope = Session['scopes'][number];

/** A session that is over leaves its page in place behind the form, so that signing in again goes on where one was. */
type State =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'signed-out'; readonly isOver: boolean }
  | { readonly kind: 'unreachable'; readonly problem: ApiProblem }
  | { readonly kind: 'signed-in'; readonly session: Session; readonly isOver: boolean };

interface SessionControl {
  readonly state: State;
  /** Exchanges a key or portal token for a session. @throws ApiProblem */
  signIn(credential: string): Promise<void>;
  /** Reads again who is signed in, after something else has made a session. */
  reload(): Promise<void>;
  signOut(): Promise<void>;
}

const Context = createContext<SessionControl | undefined>(undefined);

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<State>({ kind: 'unknown' });

  const enter = useCallback((session: Session) => {
    setState((before) => {
      // What was read for another tenant is not to be seen for a moment.
      if (before.kind === 'signed-in' && before.session.tenantId !== session.tenantId) queries.clear();
      return { kind: 'signed-in', session, isOver: false };
    });
  }, []);

  const reload = useCallback(async () => {
    try {
      const { data } = await api.GET('/v1/session');
      enter(data as Session);
    } catch (error) {
      const problem = error as ApiProblem;
      setState(
        problem.isSignedOut ? { kind: 'signed-out', isOver: false } : { kind: 'unreachable', problem },
      );
    }
  }, [enter]);

  const signIn = useCallback(
    async (credential: string) => {
      await exchange(credential);
      await reload();
      await queries.invalidateQueries();
    },
    [reload],
  );

  const signOut = useCallback(async () => {
    // A session that is over already is as good.
    await api.DELETE('/v1/session').catch(() => undefined);
    queries.clear();
    setState({ kind: 'signed-out', isOver: false });
  }, []);

  useEffect(() => {
    void start(reload);
    return onSignedOut(() =>
      setState((before) =>
        before.kind === 'signed-in' ? { ...before, isOver: true } : { kind: 'signed-out', isOver: false },
      ),
    );
  }, [reload]);

  const control = useMemo(() => ({ state, signIn, reload, signOut }), [state, signIn, reload, signOut]);
  return <Context value={control}>{children}</Context>;
}

export function useSessionControl(): SessionControl {
  const control = useContext(Context);
  if (!control) throw new Error('expected a SessionProvider around');
  return control;
}

/** Whoever is signed in. Pages are shown only then. */
export function useSession(): Session {
  const { state } = useSessionControl();
  if (state.kind !== 'signed-in') throw new Error('expected somebody to be signed in');
  return state.session;
}

/** Whether the session may do what this scope allows. */
export function useMay(): (needed: Scope) => boolean {
  const { scopes } = useSession();
  return useCallback(
    (needed) =>
      scopes.includes(needed) || scopes.includes('admin') || (needed === 'read' && scopes.includes('manage')),
    [scopes],
  );
}

async function exchange(credential: string): Promise<void> {
  const response = await fetch('/v1/session', {
    method: 'POST',
    headers: { ...OURS, authorization: `Bearer ${credential}` },
  });
  if (!response.ok) throw await problemOf(response);
}

/**
 * Signs in with what the address carries, if it carries something. A link's secret stands behind `#`, which browsers send to
 * nobody: `#link=phl_…` for one use, and in a portal `#token=…`. It leaves the address at once, so that it is in no bookmark.
 */
async function start(reload: () => Promise<void>): Promise<void> {
  const carried = new URLSearchParams(location.hash.slice(1));
  const [link, token] = [carried.get('link'), carried.get('token')];
  if (link !== null || token !== null) history.replaceState(null, '', location.pathname + location.search);
  try {
    if (link !== null) await api.POST('/v1/session/redeem', { body: { token: link } });
    else if (token !== null) await exchange(token);
    else if (isBackFromIssuer()) await finishOidc();
  } catch (error) {
    startProblem = wordsFor(error);
  }
  await reload();
}

let startProblem: string | undefined;

/** Why the link that the page was opened with did not sign in, if it did not. */
export const problemOfStart = (): string | undefined => startProblem;

function wordsFor(error: unknown): string {
  if (!(error instanceof ApiProblem)) return (error as Error).message;
  if (isBackFromIssuer() || error.isPassing) return error.message;
  return IS_PORTAL
    ? 'This link has expired. Open the page again where you found it.'
    : 'This sign-in link was used already, or has expired. A link works once, for ten minutes.';
}
