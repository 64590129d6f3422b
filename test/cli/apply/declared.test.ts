import { describe, expect, it } from 'vitest';
import { withEnv } from '../../../cli/apply/bodies.ts';
import { declaredIn } from '../../../cli/apply/declared.ts';
import {
  CONFIGURATION,
  EVENT_TYPE_MEMBERS,
  FILTER_MEMBERS,
  NOTES,
  TARGET_MEMBERS,
} from '../../../cli/apply/shape.ts';
import { type Problem, problemText } from '../../../cli/files/problem.ts';
import { parseYaml } from '../../../cli/files/yaml.ts';
import { eventTypeSettings } from '../../../lambdas/api/event-types.ts';
import { filterSettings } from '../../../lambdas/api/filters.ts';
import { newTarget } from '../../../lambdas/api/target-schemas.ts';

const declared = (...texts: string[]) =>
  declaredIn(texts.flatMap((text, at) => parseYaml({ name: `${at}.yaml`, text }).sources));
const problems = (...texts: string[]) => declared(...texts).problems.map(problemText);

describe('a configuration', () => {
  it('may hold what the API takes, and no more', () => {
    const names = (...shapes: object[]) => shapes.flatMap((shape) => Object.keys(shape)).sort();
    expect(names(TARGET_MEMBERS, NOTES)).toEqual(names(newTarget.shape));
    expect(names(FILTER_MEMBERS, NOTES)).toEqual(names(filterSettings.shape));
    expect(names(EVENT_TYPE_MEMBERS)).toEqual(names(eventTypeSettings.shape));
  });

  it('is read into entries that know what they bind', () => {
    const { entries, names } = declared(
      'name: a\ntargets: { t: { url: u } }\nsubscriptions: { s: { target: t, events: [x], name: n }, b: { targetId: tgt_1, filter: f } }',
      'name: a\nfilters: { f: { id: flt_1, events: [x] } }',
    );
    expect(names).toEqual(['a']);
    expect(entries.map(({ kind, key, id, settings, binds }) => ({ kind, key, id, settings, binds }))).toEqual(
      [
        { kind: 'targets', key: 't', settings: { url: 'u' } },
        {
          kind: 'subscriptions',
          key: 's',
          settings: { name: 'n' },
          binds: { target: { key: 't' }, filter: { settings: { events: ['x'] }, isFlat: true } },
        },
        {
          kind: 'subscriptions',
          key: 'b',
          settings: {},
          binds: { target: { id: 'tgt_1' }, filter: { key: 'f' } },
        },
        { kind: 'filters', key: 'f', id: 'flt_1', settings: { events: ['x'] } },
      ],
    );
  });

  it.each([
    [
      'targets: {}',
      '0.yaml:1: expected a name beside the rest, such as name: shop. What is made is known by it',
    ],
    ['- a', '0.yaml:1: expected a map, got a list'],
    ['name: a b', '0.yaml:1: name: expected a name of at most 63 letters'],
    ['name: a\ntarget: {}', '0.yaml:2: target: unknown field; did you mean targets?'],
    ['name: a\ntargets:\n  "x y": { url: u }', '0.yaml:3: targets.x y: expected a key'],
    [
      'name: a\ntargets: { t: { url: u, secret: abc } }',
      'secret: expected { fromEnv: NAME }: no secret stands in a file',
    ],
    [
      'name: a\ntargets: { t: { url: u, headers: { a: 1 } } }',
      'headers.a: expected a text, got 1: write "1"',
    ],
    ['name: a\ntargets: { t: { url: { env: X } } }', 'targets.t.url.env: unknown field'],
    ['name: a\nfilters: { f: { events: order.* } }', 'filters.f.events: expected a list, got a text'],
    ['name: a\nfilters: { f: { events: [1] } }', 'filters.f.events[0]: expected a text'],
    ['name: a\neventTypes: { t: { version: 2 } }', 'eventTypes.t.version: expected a text, got 2: write "2"'],
    ['name: a\nfilters: { f: { metadata: { posthorn.apply: x } } }', 'expected another name'],
    [
      'name: a\nsubscriptions: { s: { url: u } }',
      'subscriptions.s.filter: expected events, filter with a key of filters',
    ],
    [
      'name: a\nsubscriptions: { s: { events: [a] } }',
      'subscriptions.s.target: expected url, target with a key',
    ],
    [
      'name: a\nsubscriptions: { s: { url: u, target: t, events: [a] } }',
      's.url: expected either target or url',
    ],
    [
      'name: a\nsubscriptions: { s: { url: u, filter: none, events: [a] } }',
      'expected either filter or events',
    ],
    [
      'name: a\nsubscriptions: { s: { url: u, filter: none } }',
      'subscriptions.s.filter: expected a key of filters, got "none"',
    ],
  ])('%j is refused', (text, problem) => {
    expect(problems(text)).toContainEqual(expect.stringContaining(problem));
  });

  it('has each key once, whichever file it is in', () => {
    const text = 'name: a\nfilters: { f: { events: [x] } }';
    expect(problems(text, text)).toEqual([
      '1.yaml:2: filters.f: expected this key once; it is in 0.yaml:2 as well',
    ]);
    expect(problems(text, text.replace('name: a', 'name: b'))).toEqual([]);
    const type = 'name: a\neventTypes: { t: {} }';
    expect(problems(type, type.replace('name: a', 'name: b'))).toHaveLength(1);
  });

  it('names each thing that is wrong, with its line', () => {
    const report: string[] = [];
    CONFIGURATION({ name: 1, targets: [], x: 2 }, [], (path) => report.push(path.join('.')));
    expect(report).toEqual(['name', 'targets', 'x']);
  });
});

describe('what stands in the environment', () => {
  const text =
    'name: a\ntargets: { t: { url: { fromEnv: URL }, headers: { a: { fromEnv: A }, b: plain }, secret: { fromEnv: S } } }\nsubscriptions: { s: { target: { url: u, secret: { fromEnv: S } }, events: [x] } }';

  it('is put in its place', () => {
    const found: Problem[] = [];
    const [target, subscription] = declared(text).entries.map((entry) =>
      withEnv(entry, { URL: 'u', A: '1', S: 's' }, found),
    );
    expect(found).toEqual([]);
    expect(target!.settings).toEqual({ url: 'u', headers: { a: '1', b: 'plain' }, secret: 's' });
    expect(subscription!.binds!.target).toMatchObject({ settings: { url: 'u', secret: 's' } });
  });

  it('is asked for by name where it is missing', () => {
    const found: Problem[] = [];
    for (const entry of declared(text).entries) withEnv(entry, { URL: 'u', A: '' }, found);
    expect(found.map(problemText)).toEqual([
      '0.yaml:2: targets.t.secret: expected the environment variable S, which is not set',
      '0.yaml:2: targets.t.headers.a: expected the environment variable A, which is not set',
      '0.yaml:3: subscriptions.s.target.secret: expected the environment variable S, which is not set',
    ]);
  });
});
