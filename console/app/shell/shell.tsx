import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Outlet, useLocation, useNavigation } from 'react-router';
import { useLimitedTo } from '../../parts/limited.ts';
import { useLook } from '../look.ts';
import { PRODUCT } from '../mode.ts';
import { ActingFor } from './acting-for.tsx';
import { BAR_HEIGHT, BottomBar } from './bottom-bar.tsx';
import { useCurrentPage } from './navigation.ts';
import { Rail } from './rail.tsx';
import { SkipLink } from './skip-link.tsx';
import { TopBar } from './top-bar.tsx';

const loadPalette = () => import('../palette/palette.tsx');
const Palette = lazy(loadPalette);
const EndpointChooser = lazy(() => import('./endpoint-chooser.tsx'));

/** The page itself comes first. */
const PALETTE_MS = 1000;

/** What stands around every page. */
export function Shell() {
  const [isSearching, setSearching] = useState(false);
  const early = useRef<string>(undefined);
  useTitle();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isCommand = event.ctrlKey || event.metaKey;
      if (isCommand && event.key.toLowerCase() === 'k') {
        early.current = '';
        setSearching(true);
      } else if (early.current !== undefined && !isCommand && event.key.length === 1) {
        early.current += event.key;
      } else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    // What can't be fetched now is fetched when it is asked for.
    const soon = setTimeout(() => void loadPalette().catch(() => undefined), PALETTE_MS);
    return () => {
      clearTimeout(soon);
      removeEventListener('keydown', onKey);
    };
  }, []);
  return (
    <>
      <SkipLink />
      <TopBar onSearch={() => setSearching(true)} />
      <Loading />
      <ActingFor />
      <Box sx={{ display: 'flex' }}>
        <Rail />
        <Box
          component="main"
          id="content"
          tabIndex={-1}
          sx={{
            flex: 1,
            minWidth: 0,
            maxWidth: 1440,
            mx: 'auto',
            p: { xs: 1.5, sm: 3 },
            pb: { xs: `${BAR_HEIGHT + 24}px`, md: 3 },
            outline: 'none',
          }}
        >
          <Chooser />
          <Outlet />
        </Box>
      </Box>
      <BottomBar />
      {isSearching && (
        <Suspense>
          <Palette
            takeEarly={() => {
              const text = early.current ?? '';
              early.current = undefined;
              return text;
            }}
            onClose={() => setSearching(false)}
          />
        </Suspense>
      )}
    </>
  );
}

/** Over the pages that are of one endpoint, where a consumer may see more than one. */
function Chooser() {
  const limitedTo = useLimitedTo() ?? [];
  const page = useCurrentPage();
  const { pathname } = useLocation();
  if (limitedTo.length < 2 || page?.path !== pathname || page.whenLimited !== 'one') return null;
  return (
    <Suspense>
      <EndpointChooser />
    </Suspense>
  );
}

/** While a page's code is loaded. */
function Loading() {
  const { state } = useNavigation();
  if (state !== 'loading') return null;
  return (
    <LinearProgress
      aria-label="Loading the page"
      sx={{ position: 'fixed', insetInline: 0, top: 0, zIndex: 'tooltip' }}
    />
  );
}

function useTitle(): void {
  const page = useCurrentPage();
  const { name } = useLook();
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = [page?.label, name ?? PRODUCT].filter(Boolean).join(' · ');
  }, [page, name]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page begins at its top
  useEffect(() => void window.scrollTo(0, 0), [pathname]);
}
