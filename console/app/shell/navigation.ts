import { useMemo } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { useScope } from '../../parts/limited.ts';
import { ADMINISTRATION, PAGES, type PageLink } from '../links.ts';
import { IS_PORTAL } from '../mode.ts';
import { useMay, useSession } from '../session.tsx';

/** The pages that the viewer may open. */
export function usePages(): {
  readonly pages: readonly PageLink[];
  readonly administration: PageLink | undefined;
} {
  const may = useMay();
  const isLimited = useSession().targetIds !== undefined;
  return useMemo(() => {
    const isOpen = ({ scope, inPortal, whenLimited }: PageLink): boolean =>
      may(scope) && (inPortal || !IS_PORTAL) && !(isLimited && whenLimited === 'nothing');
    return {
      pages: PAGES.filter(isOpen),
      administration: isOpen(ADMINISTRATION) ? ADMINISTRATION : undefined,
    };
  }, [may, isLimited]);
}

/** The page that is open, by the beginning of its address. */
export function useCurrentPage(): PageLink | undefined {
  const { pathname } = useLocation();
  return [...PAGES, ADMINISTRATION].find(
    ({ path }) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`)),
  );
}

/** An address with the time range and the endpoint that are chosen now: going from page to page keeps them. */
export function useKeepChoices(): (path: string) => string {
  const [query] = useSearchParams();
  const kept = new URLSearchParams(useScope());
  for (const name of ['range', 'from', 'to']) {
    const value = query.get(name);
    if (value !== null) kept.set(name, value);
  }
  const text = kept.toString();
  return (path) => (text === '' ? path : `${path}?${text}`);
}
