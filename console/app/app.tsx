import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { RouterProvider } from 'react-router';
import { queries } from '../api/queries.ts';
import { LiveProvider } from '../live/live.tsx';
import { Toasts } from '../parts/toasts.tsx';
import { useIsLookComing, useLook } from './look.ts';
import { PRODUCT } from './mode.ts';
import { router } from './routes.tsx';
import { SessionProvider, useSessionControl } from './session.tsx';
import { viewOf } from './sign-in/other-session.ts';
import { Unreachable } from './sign-in/unreachable.tsx';
import { themeOf } from './theme.ts';

/** Forms are heavy, and whoever is signed in needs none. */
const SignIn = lazy(() => import('./sign-in/sign-in.tsx'));
const AskFirst = lazy(() => import('./sign-in/ask-first.tsx'));
const SignInAgain = lazy(() => import('./sign-in/sign-in-again.tsx'));

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <SessionProvider>
        <Themed />
      </SessionProvider>
    </QueryClientProvider>
  );
}

function Themed() {
  const { accent, cornerRadius } = useLook();
  const theme = useMemo(() => themeOf({ accent, cornerRadius }), [accent, cornerRadius]);
  return (
    <ThemeProvider theme={theme} defaultMode="system">
      <CssBaseline />
      <Entrance />
    </ThemeProvider>
  );
}

/** Asks who is there before anything is shown. A session that ends leaves its page in place behind a form. */
function Entrance() {
  const { state } = useSessionControl();
  const isLookComing = useIsLookComing();
  useEffect(() => {
    if (state.kind === 'signed-out') document.title = `Sign in · ${PRODUCT}`;
  }, [state.kind]);
  switch (state.kind) {
    case 'unknown':
      return null;
    case 'unreachable':
      return <Unreachable problem={state.problem} />;
    case 'signed-out':
      return (
        <Suspense>
          <SignIn />
        </Suspense>
      );
    case 'asking':
      return (
        <Suspense>
          <AskFirst own={state.own} />
        </Suspense>
      );
    case 'signed-in':
      if (isLookComing) return null;
      return (
        <LiveProvider key={viewOf(state.session)}>
          <Toasts>
            <RouterProvider router={router} />
            <Suspense>{state.isOver && <SignInAgain />}</Suspense>
          </Toasts>
        </LiveProvider>
      );
  }
}
