import { describe, expect, test } from 'vitest';
import {
  draftOf,
  filterOfDraft,
  unfinished,
  withForm,
  withText,
} from '../../../../../console/pages/subscriptions/filter/draft.ts';
import type { Test } from '../../../../../console/pages/subscriptions/filter/form.ts';
import { operatorOf, withOperator } from '../../../../../console/pages/subscriptions/filter/operators.ts';
import {
  pathInEvent,
  pathOfField,
  pathOfMismatch,
  placeOf,
} from '../../../../../console/pages/subscriptions/filter/places.ts';

const FILTER = {
  events: ['order.**'],
  where: {
    source: ['shop'],
    data: { items: { sku: ['B-7'], count: [{ numeric: ['>', 1] }] }, level: ['ERROR'], $or: [{ a: [1] }] },
  },
};

describe('a draft', () => {
  test('its JSON and its form are in step', () => {
    const draft = draftOf(FILTER);
    expect(filterOfDraft(draft)).toEqual(FILTER);
    const edited = withForm({ ...draft.form, jsonpath: '$.data.x' });
    expect(JSON.parse(edited.text)).toEqual({ ...FILTER, jsonpath: '$.data.x' });
    expect(withText(edited, '{"events": ["a"]}').form).toMatchObject({ events: ['a'], rows: [] });
  });

  test('JSON that breaks leaves the form as it was, and says where', () => {
    const draft = withText(draftOf(FILTER), '{"events": [}');
    expect(draft.form).toEqual(draftOf(FILTER).form);
    expect(filterOfDraft(draft)).toBeUndefined();
    expect(unfinished(draft)).toBe('The JSON breaks in line 1: expected a value, got }.');
  });

  test('a filter that no form can show is still tried and saved', () => {
    const draft = withText(draftOf(FILTER), '{"events": "all"}');
    expect(draft.state).toMatchObject({ kind: 'json-only' });
    expect([filterOfDraft(draft), unfinished(draft)]).toEqual([{ events: 'all' }, undefined]);
  });

  test('a condition that is not complete is no filter to save', () => {
    const { form } = draftOf(FILTER);
    const row = { kind: 'test', id: 9, field: 'data.x', tests: [{ kind: 'is', values: [] }] } as const;
    expect(unfinished(withForm({ ...form, rows: [...form.rows, row] }))).toBe(
      'One condition is not complete.',
    );
    const twice = [...form.rows, row, { ...row, id: 10, field: '' }];
    expect(unfinished(withForm({ ...form, rows: twice }))).toBe('2 conditions are not complete.');
    expect(unfinished(draftOf(FILTER))).toBeUndefined();
  });
});

describe('what the API speaks of', () => {
  const { form } = draftOf(FILTER);
  const fieldAt = (path: string): unknown => {
    const place = placeOf(form, path);
    if (place?.part !== 'where') return place?.part;
    const row = form.rows.find(({ id }) => id === place.row);
    return row?.kind === 'test' ? row.field : row?.path;
  };

  test.each([
    ['events[0]', 'events'],
    ['jsonpath', 'jsonpath'],
    ['during[1].to', 'during'],
    ['where.source[0].regex', 'source'],
    ['where.data.level', 'data.level'],
    ['where.data.items.count[0].numeric[1]', 'data.items.count'],
    ['where.data.items', 'data.items.sku'],
    ['where.data.$or[0].a', ['data', '$or']],
    ['where.data.other', undefined],
    ['name', undefined],
  ])('%s stands at %j', (path, expected) => expect(fieldAt(path)).toEqual(expected));

  test.each([
    [{ part: 'where', path: 'data.level' }, 'where.data.level', 'data.level'],
    [{ part: 'where', path: 'data.$or' }, 'where.data.$or', 'data'],
    [{ part: 'where', path: '' }, 'where', ''],
    [{ part: 'events', path: 'type' }, 'events', 'type'],
    [{ part: 'during', path: 'during' }, 'during', 'at'],
    [{ part: 'jsonpath', path: 'jsonpath' }, 'jsonpath', 'data'],
  ] as const)('%j in the filter and in the event', (mismatch, inFilter, inEvent) => {
    expect([pathOfMismatch(mismatch), pathInEvent(mismatch)]).toEqual([inFilter, inEvent]);
  });

  test('a field of a request with the filter in it', () => {
    expect(pathOfField('filter.where.data.a[0]')).toBe('where.data.a[0]');
    expect(pathOfField('where.filter.a')).toBe('where.filter.a');
  });
});

describe('another operator', () => {
  const is: Test = { kind: 'is', values: ['a', 7] };
  const number = (text: string) => ({ comparison: '>', number: text }) as const;

  test.each<[Test, Parameters<typeof withOperator>[1], Test]>([
    [is, 'not is', { kind: 'not', operator: 'is', values: ['a', 7], isList: true }],
    [is, 'not prefix', { kind: 'not', operator: 'prefix', values: ['a', '7'], isList: true }],
    [is, 'prefix', { kind: 'text', operator: 'prefix', text: 'a', isAnyCase: false }],
    [is, 'numeric', { kind: 'numeric', bounds: [number('7')] }],
    [is, 'absent', { kind: 'exists', isThere: false }],
    [
      { kind: 'text', operator: 'prefix', text: 'a', isAnyCase: true },
      'suffix',
      { kind: 'text', operator: 'suffix', text: 'a', isAnyCase: true },
    ],
    [
      { kind: 'text', operator: 'prefix', text: undefined, isAnyCase: false },
      'is',
      { kind: 'is', values: [] },
    ],
    [
      { kind: 'numeric', bounds: [number('1')] },
      'range',
      { kind: 'numeric', bounds: [number('1'), { comparison: '<', number: '' }] },
    ],
  ])('%j as %s keeps what was typed', (before, name, after) => {
    expect(withOperator(before, name)).toEqual(after);
    expect(operatorOf(after)).toBe(name);
  });
});
