import { readFileSync } from 'node:fs';
import GithubSlugger from 'github-slugger';
import { describe, expect, it } from 'vitest';
import { runbookLinks, runbookPlace } from '../../../lib/monitoring/runbook.ts';
import { checkSettings, settingsOf } from '../../../lib/settings/config.ts';

const runbookUrl = 'https://git.example.com/posthorn/docs/runbook.md';
const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);

describe('the runbook', () => {
  it.each(headings)('is linked at “%s” as GitHub anchors it', (heading) => {
    const anchor = new GithubSlugger().slug(heading);
    expect(runbookPlace({ runbookUrl }, heading)).toBe(`${runbookUrl}#${anchor}`);
  });

  it('is named by file and heading where no address is known', () => {
    expect(runbookPlace({}, 'A lane grows')).toBe('docs/runbook.md, “A lane grows”');
    expect(runbookLinks({}, ['A lane grows', 'Costs go up'])).toBe(
      'docs/runbook.md: *A lane grows*, *Costs go up*',
    );
  });

  it('is linked in Markdown', () => {
    expect(runbookLinks({ runbookUrl }, ['A lane grows', 'Costs go up'])).toBe(
      `Runbook: [A lane grows](${runbookUrl}#a-lane-grows) · [Costs go up](${runbookUrl}#costs-go-up)`,
    );
  });

  it.each(['docs/runbook.md', 'http://git.example.com/runbook.md', `${runbookUrl}#costs-go-up`])(
    'is not at %s',
    (wrong) => {
      const dev = settingsOf('dev');
      const monitoring = { ...dev.monitoring, runbookUrl: wrong };
      expect(() => checkSettings('mine', { ...dev, monitoring })).toThrow(
        /monitoring\.runbookUrl: expected an/,
      );
    },
  );
});
