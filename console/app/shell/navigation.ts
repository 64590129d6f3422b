import { useMemo } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { ADMINISTRATION, PAGES, type PageLink } from '../links.ts';
import { IS_PORTAL } from '../mode.ts';
import { useMay } from '../session.tsx';

/** The pages that the viewer may open. */
export function usePages(): {
  readonly pages: readonly PageLink[];
  readonly administration: PageLink | undefined;
} {
  const may = useMay();
  return useMemo(() => {
    const isOpen = ({ scope, inPortal }: PageLink): boolean => may(scope) && (inPortal || !IS_PORTAL);
    return {
      pages: PAGES.filter(isOpen),
      administration: isOpen(ADMINISTRATION) ? ADMINISTRATION : undefined,
    };
  }, [may]);
}

/** The page that is open, by the beginning of its address. */
export function useCurrentPage(): PageLink | undefined {
  const { pathname } = useLocation();
  return [...PAGES, ADMINISTRATION].find(
    ({ path }) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`)),
  );
}

/** An address with the time range that is chosen now: going from page to page keeps it. */
export function useKeepRange(): (path: string) => string {
  const [query] = useSearchParams();
  const kept = new URLSearchParams();
  for (const name of ['range', 'from', 'to']) {
    const value = query.get(name);
    if (value !== null) kept.set(name, value);
  }
  const text = kept.toString();
  return (path) => (text === '' ? path : `${path}?${text}`);
}
