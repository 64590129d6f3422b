import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHECK_IDS } from '../../cli/endpoint/check-ids.ts';
import { CHECKS } from '../../cli/endpoint/checks.ts';
import { readMarkdown } from '../helpers/markdown.ts';

/** docs/endpoint-checklist.md has a heading for each check of `posthorn check-endpoint`, and its level. */
const page = readFileSync(new URL('../../docs/endpoint-checklist.md', import.meta.url), 'utf8');
const sections = new Map(
  [...page.matchAll(/^### `([\w-]+)`\n\n(.*?)(?=\n##|$(?![\s\S]))/gms)].map(([, id, text]) => [id!, text!]),
);

it('there is a heading for each check, and for nothing else (E13)', () => {
  expect([...sections.keys()].toSorted()).toEqual(CHECK_IDS.toSorted());
  const { anchors } = readMarkdown(page);
  expect(CHECK_IDS.filter((id) => !anchors.has(id))).toEqual([]);
});

it.each(CHECK_IDS)('%s has its level, and is listed at the top (E13)', (id) => {
  const { level, isOptional } = CHECKS[id];
  const text = sections.get(id)!;
  expect(text).toContain(level === 'must' ? '**Must.**' : '**Should');
  expect(text.startsWith(`Only with \`--with ${id}\``)).toBe(isOptional === true);
  expect(page).toContain(`[${id}](#${id})`);
});
