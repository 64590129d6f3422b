import { describe, expect, it } from 'vitest';
import { declaredIn } from '../../../cli/apply/declared.ts';
import type { Existing } from '../../../cli/apply/existing.ts';
import { matched } from '../../../cli/apply/matched.ts';
import { type Outcome, planOf, requestsOf, trialsOf } from '../../../cli/apply/plan.ts';
import { planText } from '../../../cli/apply/show.ts';
import { problemText } from '../../../cli/files/problem.ts';
import { parseYaml } from '../../../cli/files/yaml.ts';
import { coloursFor } from '../../../cli/output/colours.ts';

const noColours = coloursFor({ env: {}, terminal: { stdin: false, stdout: false, stderr: false } }, 'stdout');

const entriesOf = (text: string) => {
  const { entries, names, problems } = declaredIn(parseYaml({ name: 'a.yaml', text }).sources);
  expect(problems).toEqual([]);
  return { entries, names };
};

const made = (label?: string) => (label ? { metadata: { 'posthorn.apply': label, team: 'x' } } : {});
const existing = (some: Partial<Record<keyof Existing, unknown[]>>): Existing =>
  ({ eventTypes: [], filters: [], targets: [], subscriptions: [], ...some }) as Existing;

const text =
  'name: a\nfilters: { f: { id: flt_1, events: [x] } }\ntargets: { t: { url: u } }\neventTypes: { e: {} }';

describe('what an entry is about', () => {
  it.each([
    ['nothing', {}, [undefined, undefined, undefined], [true, true, true]],
    [
      'its mark',
      { filters: [{ id: 'flt_9', ...made('a/f') }], targets: [{ id: 'tgt_9', ...made('a/t') }] },
      [undefined, 'flt_9', 'tgt_9'],
      [true, true, true],
    ],
    [
      'its id, rather than its mark',
      { filters: [{ id: 'flt_9', ...made('a/f') }, { id: 'flt_1' }] },
      [undefined, 'flt_1', undefined],
      [true, false, true],
    ],
    [
      'not what it is like: another’s mark, the same URL',
      {
        targets: [
          { id: 'tgt_8', url: 'u' },
          { id: 'tgt_9', url: 'u', ...made('b/t') },
        ],
      },
      [undefined, undefined, undefined],
      [true, true, true],
    ],
    ['a type by its name', { eventTypes: [{ name: 'e' }] }, ['e', undefined, undefined], [false, true, true]],
    [
      'the oldest of one mark',
      {
        targets: [
          { id: 'tgt_8', ...made('a/t') },
          { id: 'tgt_9', ...made('a/t') },
        ],
      },
      [undefined, undefined, 'tgt_8'],
      [true, true, true],
    ],
  ])('is found by %s', (_, there, ids, isMade) => {
    const { entries, names } = entriesOf(text);
    const { matches } = matched(entries, names, existing(there));
    const idIn = (view: unknown) =>
      (view as { id?: string; name?: string } | undefined)?.id ??
      (view as { name?: string } | undefined)?.name;
    expect(matches.map(({ found }) => idIn(found))).toEqual(ids);
    expect(matches.map((match) => match.isMade)).toEqual(isMade);
  });

  it('is missed by what its configuration has made and does not declare', () => {
    const { entries, names } = entriesOf(text);
    const there = existing({
      targets: [
        { id: 'tgt_1', ...made('a/t') },
        { id: 'tgt_2', ...made('a/gone') },
        { id: 'tgt_3', ...made('b/gone') },
        { id: 'tgt_4' },
      ],
      subscriptions: [{ id: 'sub_1', ...made('a/s') }],
    });
    const { matches, strays } = matched(entries, names, there);
    const outcomes: Outcome[] = matches.map(() => ({ entities: [] }));
    const ids = (pruned: boolean) => {
      const { steps, left } = planOf(matches, outcomes, strays, pruned);
      return [
        steps.filter(({ action }) => action === 'delete').map(({ id }) => id),
        left.map(({ id }) => id),
      ];
    };
    expect(ids(true)).toEqual([['sub_1', 'tgt_2'], []]);
    expect(ids(false)).toEqual([[], ['sub_1', 'tgt_2']]);
  });
});

const binding =
  'name: a\ntargets: { t: { url: u } }\nfilters: { f: { events: [x] } }\nsubscriptions:\n  s: { target: t, filter: f }\n  own:\n    url: v\n    events: [y]';

describe('what the API is asked', () => {
  it('is what is to be made, with the mark, and with what it binds before that is there', () => {
    const { entries, names } = entriesOf(binding);
    const there = existing({ filters: [{ id: 'flt_1', ...made('a/f') }] });
    const { matches } = matched(entries, names, there);
    const mark = (key: string) => ({ 'posthorn.apply': `a/${key}` });
    expect(trialsOf(matches)).toEqual([
      { operation: 'putFilter', id: 'flt_1', body: { events: ['x'], metadata: mark('f') } },
      { operation: 'createTarget', body: { url: 'u', metadata: mark('t'), signature: 'standard' } },
      {
        operation: 'createSubscription',
        body: {
          metadata: mark('s'),
          target: { url: 'u', metadata: mark('t'), signature: 'standard' },
          filterId: 'flt_1',
        },
      },
      {
        operation: 'createSubscription',
        body: {
          metadata: mark('own'),
          target: { url: 'v', signature: 'standard' },
          filter: { events: ['y'] },
        },
      },
    ]);
  });

  it('is asked in requests that the API takes', () => {
    const small = { operation: 'createFilter', body: { events: ['a'] } } as const;
    expect(requestsOf(Array(120).fill(small), 400_000).map(({ length }) => length)).toEqual([50, 50, 20]);
    const large = { operation: 'putEventType', id: 'a', body: { sample: 'x'.repeat(100_000) } } as const;
    expect(requestsOf(Array(9).fill(large), 410_000).map(({ length }) => length)).toEqual([4, 4, 1]);
  });
});

describe('a plan', () => {
  const { entries, names } = entriesOf(binding);

  it('names what is wrong where it is written, and of two that are the same one', () => {
    const { matches } = matched(entries, names, existing({}));
    const { problems, steps } = planOf(
      matches,
      [
        {},
        { error: 'validation_failed', message: 'expected a URL', field: 'url' },
        { error: 'validation_failed', message: 'expected a URL', field: 'target.url' },
        {
          error: 'validation_failed',
          message: 'x',
          problems: [
            { field: 'target.url', message: 'expected a URL' },
            { field: 'filter.events[0]', message: 'expected a type' },
          ],
        },
      ],
      [],
      false,
    );
    expect(steps).toEqual([]);
    expect(problems.map(problemText)).toEqual([
      'a.yaml:2: targets.t.url: expected a URL',
      'a.yaml:7: subscriptions.own.url: expected a URL',
      'a.yaml:8: subscriptions.own.events[0]: expected a type',
    ]);
  });

  it('shows each change in a line, and no character of a stranger as it is', () => {
    const there = existing({
      targets: [{ id: 'tgt_1', ...made('a/t') }],
      filters: [{ id: 'flt_1', ...made('a/f') }],
      subscriptions: [
        { id: 'sub_1', ...made('a/s') },
        { id: 'sub_2', ...made('a/gone') },
      ],
    });
    const { matches, strays } = matched(entries, names, there);
    const hidden = { field: 'headers.a', before: '[hidden]', after: '[hidden]' };
    const outcomes: Outcome[] = [
      { entities: [] },
      {
        entities: [
          {
            kind: 'target',
            id: 'tgt_1',
            action: 'changed',
            fields: [hidden, { field: 'name', before: '\u001b[2J' }],
          },
        ],
      },
      {
        entities: [
          {
            kind: 'subscription',
            id: 'sub_1',
            action: 'changed',
            fields: [{ field: 'targetId', before: 'tgt_0', after: 'tgt_1' }],
          },
          { kind: 'target', id: 'tgt_0', action: 'removed', fields: [] },
        ],
      },
      { entities: [{ kind: 'subscription', id: 'sub_9', action: 'created' }] },
    ];
    expect(planText(planOf(matches, outcomes, strays, true), noColours)).toBe(
      [
        '~ change target t tgt_1',
        '    headers.a: another value (hidden)',
        '    name: \\u001b[2J → (none)',
        '~ change subscription s sub_1',
        '    target: tgt_0 → t',
        '    own target: tgt_0 → (none)',
        '+ create subscription own',
        '- delete subscription gone sub_2',
      ].join('\n'),
    );
  });
});
