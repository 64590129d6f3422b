import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { TAGS } from '../../lambdas/api/tags.ts';
import { BY_SECTION, type Group, NAVIGATION, routeOf, SHORT_TITLES, sourcesOf } from '../navigation.ts';
import { chapterRoute } from '../pages/api-reference.ts';
import { COMMANDS_ROUTE } from '../pages/commands.ts';
import { headingsOf, plainOf } from '../pages/markdown.ts';
import { ROOT } from '../root.ts';
import { isThere, sectionsOfPages } from '../stage.ts';

type Item = DefaultTheme.SidebarItem;

/** A page's own title, or a shorter one. */
function titleOf(source: string): string {
  if (SHORT_TITLES[source]) return SHORT_TITLES[source];
  const [first] = headingsOf(readFileSync(join(ROOT, source), 'utf8'));
  return plainOf(first?.title ?? source);
}

/** The list at the left of each page. */
export function sidebar(): Item[] {
  const sections = sectionsOfPages();
  const itemsOf = ({ pages }: Group): Item[] => pages.filter(isThere).map(itemOf);
  const itemOf = (page: string | Group): Item => {
    if (typeof page !== 'string') return { text: page.title, items: itemsOf(page) };
    const link = routeOf(page);
    if (!BY_SECTION.includes(page)) return { text: titleOf(page), link };
    const parts = sections.get(page)!.filter(({ slug }) => slug !== '');
    const items = parts.map(({ slug, title }) => ({ text: plainOf(title), link: `${link}${slug}` }));
    return { text: titleOf(page), link, collapsed: true, items };
  };
  return NAVIGATION.map((group) => ({
    text: group.title,
    collapsed: !OPEN.includes(group.title),
    items: [...itemsOf(group), ...(group.title === 'Reference' ? madeAtBuild() : [])],
  }));
}

/** Groups that are open at first. */
const OPEN = ['Start', 'Guides', 'Operate', 'Reference'];

const madeAtBuild = (): Item[] => [
  { text: 'Commands', link: COMMANDS_ROUTE },
  {
    text: 'API, route by route',
    collapsed: true,
    items: Object.keys(TAGS).map((tag) => ({ text: tag, link: chapterRoute(tag) })),
  },
];

/** The links above each page: the first page of each group that readers look for. */
export function topics(): DefaultTheme.NavItem[] {
  const shown = ['Start', 'Guides', 'Operate', 'Reference', 'Troubleshooting'];
  return NAVIGATION.filter(({ title }) => shown.includes(title)).map((group) => ({
    text: group.title,
    link: routeOf(sourcesOf(group)[0]!),
  }));
}
