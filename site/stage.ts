import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BY_SECTION, type Group, NAVIGATION, routeOf, sourcesOf } from './navigation.ts';
import { apiReference } from './pages/api-reference.ts';
import { commandsPage } from './pages/commands.ts';
import { type Places, withSiteLinks } from './pages/links.ts';
import { outsideCode } from './pages/markdown.ts';
import type { SitePage } from './pages/site-page.ts';
import { type Section, sectionsOf } from './pages/split.ts';
import { ROOT } from './root.ts';

/** Where VitePress finds the pages. */
export const STAGED = fileURLToPath(new URL('.pages/', import.meta.url));

const read = (source: string): string => readFileSync(join(ROOT, source), 'utf8');

/** Whether a page is written. Its place may be known before. */
export const isThere = (source: string | Group): boolean =>
  typeof source !== 'string' || existsSync(join(ROOT, source));

/** The pages of the site: those of the navigation, and the decisions. */
const sources = (): string[] => [
  ...NAVIGATION.flatMap(sourcesOf).filter(isThere),
  ...globSync('docs/decisions/[0-9]*.md', { cwd: ROOT }).sort(),
];

/** The sections of the pages that are shown by sections. */
export const sectionsOfPages = (): Map<string, Section[]> =>
  new Map(BY_SECTION.map((source) => [source, sectionsOf(read(source))]));

function placesOf(sections: ReadonlyMap<string, readonly Section[]>): Places {
  const known = new Set(sources());
  return {
    repository: process.env.SITE_REPOSITORY?.replace(/\/$/, ''),
    addressOf(source, anchor) {
      if (source === 'README.md') return '/';
      if (!known.has(source)) return undefined;
      const section = sections
        .get(source)
        ?.find(({ anchors }) => anchor !== undefined && anchors.includes(anchor));
      const hash = anchor === undefined || anchor === section?.slug ? '' : `#${anchor}`;
      return `${routeOf(source)}${section?.slug ?? ''}${hash}`;
    },
  };
}

/** The names of languages that VitePress's highlighter does not know, as it knows what is like them. */
const LANGUAGES: Readonly<Record<string, string>> = { ndjson: 'json', jsonata: 'text', '': 'text' };

/** Blocks of code with a language alone. What stands behind it is for tests. */
function withLanguages(markdown: string): string {
  let isOpen = false;
  return markdown.replace(/^```(.*)$/gm, (_, info: string) => {
    isOpen = !isOpen;
    const [language = ''] = info.split(' ');
    return isOpen ? `\`\`\`${LANGUAGES[language] ?? language}` : '```';
  });
}

/** In prose, Vue would read braces as an expression of its own. */
const withoutBraces = (markdown: string): string =>
  outsideCode(markdown, (prose) => prose.replaceAll('{{', '&#123;&#123;'));

/** All pages of the site, made from their sources. */
export function sitePages(): SitePage[] {
  const sections = sectionsOfPages();
  const places = placesOf(sections);
  const shown = (source: string, text: string): string =>
    withLanguages(withoutBraces(withSiteLinks(text, source, places)));
  const pages = sources().flatMap((source): SitePage[] => {
    const route = routeOf(source);
    const parts = sections.get(source) ?? [{ slug: '', title: '', text: read(source) }];
    return parts.map(({ slug, title, text }) => ({
      route: `${route}${slug}`,
      title,
      text: shown(source, text),
    }));
  });
  return [
    ...pages,
    ...[...apiReference(), commandsPage()].map((page) => ({
      ...page,
      text: withoutBraces(page.text),
    })),
  ];
}

/** Writes the pages to where VitePress reads them. */
export function stage(): void {
  rmSync(STAGED, { recursive: true, force: true });
  for (const { route, text } of sitePages()) {
    const path = join(STAGED, `${route.replace(/\/$/, '/index')}.md`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  cpSync(join(ROOT, 'site/home.md'), join(STAGED, 'index.md'));
  cpSync(join(ROOT, 'docs/pictures'), join(STAGED, 'public/pictures'), { recursive: true });
}
