import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { Channel } from '../../client/live/channel.ts';
import type { Frame } from '../../client/live/frame.ts';
import type { ChannelState } from '../../client/live/kept-socket.ts';
import { api } from '../api/client.ts';
import { noteProblem, queries } from '../api/queries.ts';

type Listener = (frame: Frame) => void;

interface Live {
  readonly state: ChannelState;
  /** The viewer has paused it. */
  setPaused(paused: boolean): void;
  /** Calls back with each frame; returns how to end that. */
  listen(listener: Listener): () => void;
}

const Context = createContext<Live | undefined>(undefined);

/** A page that nobody looks at for this long gives its connection up: watching costs, however little. */
const HIDDEN_MS = 5 * 60_000;

/** Keeps one connection for all that is shown. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<ChannelState>('connecting');
  const [isPaused, setPaused] = useState(false);
  const listeners = useRef(new Set<Listener>());
  const isHidden = useIsHiddenFor(HIDDEN_MS);
  const channel = useMemo(
    () =>
      new Channel({
        connect,
        framesAfter,
        onFrame: (frame) => {
          for (const listener of listeners.current) listener(frame);
        },
        onGap: () => void queries.invalidateQueries(),
        onState: setState,
        random: Math.random,
      }),
    [],
  );
  useEffect(() => {
    if (isPaused || isHidden) channel.pause();
    else channel.start();
    return () => channel.stop();
  }, [channel, isPaused, isHidden]);
  const live = useMemo(
    (): Live => ({
      state,
      setPaused,
      listen(listener) {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state],
  );
  return <Context value={live}>{children}</Context>;
}

export function useLive(): Live {
  const live = useContext(Context);
  if (!live) throw new Error('expected a LiveProvider around');
  return live;
}

/** Calls back with each frame while the component is shown. The callback may be a new function each time. */
export function useFrames(listener: Listener): void {
  const { listen } = useLive();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => listen((frame) => latest.current(frame)), [listen]);
}

async function connect() {
  const { data } = await api.POST('/v1/live/tickets').catch((error: unknown) => {
    noteProblem(error);
    throw error;
  });
  const url = new URL('/live', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  url.searchParams.set('ticket', data!.ticket);
  return { socket: new WebSocket(url), expiresAt: data!.expiresAt };
}

async function framesAfter(after: string) {
  const { data } = await api.GET('/v1/live/frames', { params: { query: { after } } });
  return data!;
}

function useIsHiddenFor(ms: number): boolean {
  const [isHidden, setHidden] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => setHidden(true), ms);
      else setHidden(false);
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [ms]);
  return isHidden;
}
