import { posix } from 'node:path';
import { outsideCode } from './markdown.ts';

/** What links of pages can lead to. */
export interface Places {
  /** The address of a page, or of the section of it that has the anchor; undefined if the site has no such page. */
  readonly addressOf: (source: string, anchor: string | undefined) => string | undefined;
  /** Where files of the project can be read that are no pages, without a slash at its end: `https://…/blob/main`. */
  readonly repository: string | undefined;
}

const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g;

const isExternal = (href: string): boolean => /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(href);

/**
 * A page with its links as the site has them. Pictures are among the site's files. What leads to a file of the project that is no page
 * leads to the repository, if it has an address, and is text otherwise.
 * @param source the page's path from the project's root
 */
export function withSiteLinks(markdown: string, source: string, places: Places): string {
  const rewritten = (whole: string, mark: string, text: string, href: string): string => {
    if (isExternal(href)) return whole;
    const [path = '', anchor] = href.split('#');
    const file = path === '' ? source : posix.join(posix.dirname(source), path);
    if (mark === '!') return `![${text}](${file.replace(/^docs/, '')})`;
    // A picture may be what is clicked.
    const inner = text.replace(LINK, rewritten);
    const address = places.addressOf(file, anchor);
    if (address !== undefined) return `[${inner}](${address})`;
    return places.repository === undefined ? inner : `[${inner}](${places.repository}/${file})`;
  };
  return outsideCode(markdown, (prose) =>
    prose.replace(LINK, rewritten).replace(/(<img [^>]*src=")(pictures\/)/g, '$1/$2'),
  );
}
