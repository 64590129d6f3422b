import { onlineManager } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { api } from '../api/client.ts';
import { isSignedOut } from '../api/problem.ts';
import { onSignedOut, queries } from '../api/queries.ts';
import type { Answer } from '../api/types.ts';
import { decideOnCarried, exchange, signInWithCarried, takeFromAddress } from './sign-in/carried.ts';
import { viewOf } from './sign-in/other-session.ts';

export type Session = Answer<'/v1/session'>;
type Scope = Session['scopes'][number];

/** A session that was made, and that the browser did not keep. */
export interface LostSession {
  /** What it was made with. */
  readonly credential?: string | undefined;
}

/** A session that is over leaves its page in place behind the form, so that signing in again goes on where one was. */
type State =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'signed-out'; readonly lost?: LostSession | undefined }
  | { readonly kind: 'unreachable'; readonly problem: unknown }
  /** The page was opened with a link that would end this session for one of somebody else. */
  | { readonly kind: 'asking'; readonly own: Session }
  | { readonly kind: 'signed-in'; readonly session: Session; readonly isOver: boolean };

interface SessionControl {
  readonly state: State;
  /** Exchanges a key or portal token for a session. @throws PosthornError */
  signIn(credential: string): Promise<void>;
  /** Reads again who is signed in, after something else has made a session. */
  reload(): Promise<void>;
  signOut(): Promise<void>;
  /** Follows the link of `asking`, or stays. */
  decide(isWanted: boolean): void;
}

const Context = createContext<SessionControl | undefined>(undefined);

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<State>({ kind: 'unknown' });

  const readFor = useRef('');

  const enter = useCallback((session: Session) => {
    // What was read for somebody else is not to be seen for a moment.
    const who = viewOf(session);
    if (readFor.current !== who) queries.clear();
    readFor.current = who;
    setState({ kind: 'signed-in', session, isOver: false });
  }, []);

  const read = useCallback(
    async (lost?: LostSession) => {
      try {
        const { data } = await api.GET('/v1/session');
        enter(data as Session);
      } catch (error) {
        setState(isSignedOut(error) ? { kind: 'signed-out', lost } : { kind: 'unreachable', problem: error });
      }
    },
    [enter],
  );

  const reload = useCallback(async () => {
    try {
      const used = await signInWithCarried();
      if (used.kind === 'refused') setState({ kind: 'signed-out' });
      else if (used.kind === 'asks') setState({ kind: 'asking', own: used.own });
      else await read(used.kind === 'signed-in' ? { credential: used.credential } : undefined);
    } catch (error) {
      setState({ kind: 'unreachable', problem: error });
    }
  }, [read]);

  const signIn = useCallback(
    async (credential: string) => {
      await exchange(credential);
      await read({ credential });
      await queries.invalidateQueries();
    },
    [read],
  );

  const signOut = useCallback(async () => {
    // A session that is over already is as good.
    await api.DELETE('/v1/session').catch(() => undefined);
    queries.clear();
    setState({ kind: 'signed-out' });
  }, []);

  useEffect(() => {
    takeFromAddress();
    void reload();
    // A page that frames the portal renews its token in this way. Until it is known who is signed in now, what is shown
    // for somebody else must not be read again.
    const onHash = (): void => {
      if (!takeFromAddress()) return;
      onlineManager.setOnline(false);
      void reload()
        .finally(() => onlineManager.setOnline(true))
        .then(() => queries.invalidateQueries());
    };
    addEventListener('hashchange', onHash);
    const forget = onSignedOut(() =>
      setState((before) =>
        before.kind === 'signed-in' ? { ...before, isOver: true } : { kind: 'signed-out' },
      ),
    );
    return () => {
      removeEventListener('hashchange', onHash);
      forget();
    };
  }, [reload]);

  const decide = useCallback(
    (isWanted: boolean) => {
      decideOnCarried(isWanted);
      void reload();
    },
    [reload],
  );

  const control = useMemo(
    () => ({ state, signIn, reload, signOut, decide }),
    [state, signIn, reload, signOut, decide],
  );
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
