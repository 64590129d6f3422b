import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conditionProblem } from '../../../../lambdas/matching/filters/condition-check.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import { matchEvent } from '../../../../lambdas/matching/index/match-event.ts';
import { buildTenantIndex } from '../../../../lambdas/matching/index/tenant-index.ts';
import type { Condition } from '../../../../lambdas/matching/language/condition.ts';
import { eventWith, holds } from '../../../helpers/matching/matching.ts';

type Verdict = 'holds' | 'does not' | 'refused';

interface Row {
  readonly group: string;
  readonly rule: string;
  readonly event: string;
  readonly ruler: Verdict;
  readonly ours?: Verdict;
  readonly because?: string;
}

function rowsOf(text: string): Row[] {
  let group = '';
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    if (line.startsWith('# ')) {
      group = line.slice(2);
      return [];
    }
    const [rule, event, ruler, ours, because] = line.split('\t') as [
      string,
      string,
      Verdict,
      Verdict?,
      string?,
    ];
    return [{ group, rule, event, ruler, ...(ours && { ours }), ...(because && { because }) }];
  });
}

const rows = rowsOf(readFileSync(new URL('../../../fixtures/event-ruler.tsv', import.meta.url), 'utf8'));

function verdictOf({ rule, event }: Row): Verdict {
  const where = { data: JSON.parse(rule) } as Condition;
  if (conditionProblem(where, ENGINES)) return 'refused';
  return holds(where, eventWith(JSON.parse(event))) ? 'holds' : 'does not';
}

/** The same by way of an index of all rules that can be written. */
const written = rows.filter((row) => verdictOf(row) !== 'refused');
const index = buildTenantIndex(
  {
    filters: written.map(({ rule }, i) => ({
      id: `f${i}`,
      events: ['**'],
      where: { data: JSON.parse(rule) },
    })),
    subscriptions: written.map((_, i) => ({ id: `s${i}`, targetId: 't', filterId: `f${i}` })),
    bytes: 0,
  },
  ENGINES,
);

describe('what Event Ruler says of a rule and an event', () => {
  it.each(rows)('$group: $rule of $event', (row) => {
    expect(verdictOf(row)).toBe(row.ours ?? row.ruler);
  });

  it('is found by the index as well', () => {
    for (const [i, row] of written.entries()) {
      const event = eventWith(JSON.parse(row.event));
      const { found } = matchEvent(index.search(event).candidates(event.data).entries, event, 10_000_000);
      expect([row.rule, row.event, found.some(({ id }) => id === `s${i}`)]).toEqual([
        row.rule,
        row.event,
        (row.ours ?? row.ruler) === 'holds',
      ]);
    }
  });

  it('differs only where there is a reason', () => {
    expect(rows.length).toBeGreaterThan(400);
    for (const { ruler, ours, because } of rows) {
      expect(ours === undefined).toBe(because === undefined);
      expect(ours).not.toBe(ruler);
    }
    const verdicts = rows.map(({ ruler }) => ruler);
    for (const one of ['holds', 'does not', 'refused'] as const) {
      expect(verdicts.filter((verdict) => verdict === one).length).toBeGreaterThan(30);
    }
  });
});
