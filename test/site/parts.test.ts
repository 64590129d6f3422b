import { describe, expect, it } from 'vitest';
import { draw } from '../../site/diagrams/draw.ts';
import { withSiteLinks } from '../../site/pages/links.ts';
import { headingsOf, outsideCode } from '../../site/pages/markdown.ts';
import { schemaRows } from '../../site/pages/schema-rows.ts';
import { sectionsOf } from '../../site/pages/split.ts';
import { table } from '../../site/pages/table.ts';

const PAGE =
  '# All\n\nA [link](#two).\n\n## One\n\n```md\n## None\n```\n\n### Same\n\n## Two `x`\n\n### Same\n';

describe('a page', () => {
  it('has headings with the anchors that GitHub gives them, and none in code', () => {
    expect(headingsOf(PAGE).map(({ slug }) => slug)).toEqual(['all', 'one', 'same', 'two-x', 'same-1']);
  });

  it('is cut at headings of the second level, which keep their anchors', () => {
    const sections = sectionsOf(PAGE);
    expect(sections.map(({ slug }) => slug)).toEqual(['', 'one', 'two-x']);
    expect(sections[2]).toMatchObject({
      title: 'Two `x`',
      text: '# Two `x` {#two-x}\n\n## Same {#same-1}\n',
      anchors: ['two-x', 'same-1'],
    });
  });

  it('is changed where it is not code', () => {
    const shouted = outsideCode('a `a`\n\n```\na\n```\na', (prose) => prose.toUpperCase());
    expect(shouted).toBe('A `a`\n\n```\na\n```\nA');
  });
});

describe('links of the site', () => {
  const addressOf = (source: string, anchor?: string) =>
    source === 'docs/filters.md' ? `/filters${anchor ? `#${anchor}` : ''}` : undefined;

  it.each<[string, string | undefined, string]>([
    ['[a](filters.md#times)', undefined, '[a](/filters#times)'],
    ['[`a` b](filters.md)', undefined, '[`a` b](/filters)'],
    ['`[a](filters.md)`', undefined, '`[a](filters.md)`'],
    ['[a](https://aws.amazon.com)', undefined, '[a](https://aws.amazon.com)'],
    ['[a](../lib/x.ts)', undefined, 'a'],
    ['[a](../lib/x.ts)', 'https://git.example/main', '[a](https://git.example/main/lib/x.ts)'],
    ['![a](pictures/x.png)', undefined, '![a](/pictures/x.png)'],
    ['[![a](pictures/x.png)](filters.md)', undefined, '[![a](/pictures/x.png)](/filters)'],
    ['<img src="pictures/x.png">', undefined, '<img src="/pictures/x.png">'],
  ])('%s with files at %s: %s', (written, repository, shown) => {
    expect(withSiteLinks(written, 'docs/api.md', { addressOf, repository })).toBe(shown);
  });
});

describe('tables', () => {
  it('hold any text in a cell', () => {
    expect(table(['a'], [['x|y\n <b> `<c>`']])).toBe('| a |\n| --- |\n| x\\|y &lt;b> `<c>` |\n');
  });

  it('list the members of a schema, also those behind a reference', () => {
    const schema = {
      properties: {
        a: { type: 'string', description: 'An a.' },
        b: { type: 'array', items: { $ref: '#/x/B' } },
      },
      required: ['a'],
    };
    const named = { B: { properties: { c: { enum: ['x', 'y'] } } } };
    expect(schemaRows(schema, named)).toEqual([
      ['`a`', 'string', 'An a.'],
      ['`b`, optional', 'list of anything', ''],
      ['`b[].c`, optional', '`x`, `y`', ''],
    ]);
  });
});

describe('a diagram', () => {
  const boxes = [
    { id: 'a', at: [0, 0], lines: ['A & B'] },
    { id: 'b', at: [1, 0], lines: ['b'] },
  ] as const;
  const diagram = { title: 'Two', columns: 2, rows: 1, boxes, arrows: [{ from: 'a', to: 'b', text: 'to' }] };

  it('has its boxes, its arrows, and a title', () => {
    const svg = draw(diagram);
    expect(svg).toContain('<title>Two</title>');
    expect(svg).toContain('A &amp; B');
    expect(svg.match(/class="tip"/g)).toHaveLength(1);
  });

  it('has no arrow of a box that is not there', () => {
    const arrows = [{ from: 'a', to: 'c' }];
    expect(() => draw({ ...diagram, arrows })).toThrow('expected a box c, for an arrow from a to c');
  });
});
