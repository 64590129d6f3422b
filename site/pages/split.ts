import { headingsOf } from './markdown.ts';

/** A part of a page that has an address of its own. */
export interface Section {
  /** Of its address; empty for what stands before the first section. */
  readonly slug: string;
  readonly title: string;
  readonly text: string;
  /** The anchors of the whole page that are in it. */
  readonly anchors: readonly string[];
}

/**
 * Cuts a page at its headings of the second level. In a section these move up by one, and each heading keeps the anchor that it has in
 * the whole page.
 */
export function sectionsOf(markdown: string): Section[] {
  const headings = headingsOf(markdown);
  const lines = markdown.split('\n');
  for (const { at, level, title, slug } of headings) {
    if (level > 1) lines[at] = `${'#'.repeat(level - 1)} ${title} {#${slug}}`;
  }
  const cuts = headings.filter(({ level }) => level === 2);
  const starts = [{ at: 0, slug: '', title: headings[0]?.title ?? '' }, ...cuts];
  return starts.map(({ at, slug, title }, i) => {
    const end = starts[i + 1]?.at ?? lines.length;
    const anchors = headings.filter((heading) => heading.at >= at && heading.at < end).map((one) => one.slug);
    return { slug, title, text: lines.slice(at, end).join('\n'), anchors };
  });
}
