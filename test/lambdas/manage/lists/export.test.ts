import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { listAnswer, listQuery } from '../../../../lambdas/api/lists.ts';
import { route } from '../../../../lambdas/api/route.ts';
import { pageOf } from '../../../../lambdas/api/schemas.ts';
import { inFormat } from '../../../../lambdas/manage/lists/export.ts';
import type { ManageRequest } from '../../../../lambdas/manage/request.ts';

const row = z.object({
  id: z.string(),
  event: z.object({ type: z.string(), size: z.int().optional() }),
  attempts: z.array(z.object({ at: z.string() })),
  reason: z.string().nullable().optional(),
});
type Row = z.input<typeof row>;

const LIST = route({
  function: 'manage',
  method: 'GET',
  path: '/v1/rows',
  scope: 'read',
  tag: 'Events',
  summary: 'Rows',
  query: listQuery('newest'),
  answers: listAnswer('Rows.', pageOf(row)),
});

const rowOf = (id: string, about: Partial<Row> = {}): Row => ({
  id,
  event: { type: 'a' },
  attempts: [],
  ...about,
});

async function exported(query: Record<string, string>, items: readonly Row[], next: string | null = null) {
  const request = { rawPath: '/v1/rows', queryStringParameters: query } as unknown as ManageRequest;
  const { raw, body } = await inFormat(LIST, request, { status: 200, body: { items, next } });
  return { text: raw && Buffer.from(raw.bytes).toString(), headers: raw?.headers, body };
}

it('a series has its points as rows, and no next page', async () => {
  const point = z.object({ at: z.string(), answerMs: z.object({ p95: z.number().nullable() }) });
  const schema = z.object({ total: z.int(), series: z.array(point) });
  const SERIES = { ...LIST, answers: { 200: { description: 'A series.', schema } } };
  const request = { queryStringParameters: { format: 'csv' } } as unknown as ManageRequest;
  const series = [
    { at: 'noon', answerMs: { p95: 12 } },
    { at: 'night', answerMs: { p95: null } },
  ];
  const { raw } = await inFormat(SERIES, request, { status: 200, body: { total: 1, series } });
  expect(Buffer.from(raw!.bytes).toString()).toBe('at,answerMs.p95\r\nnoon,12\r\nnight,\r\n');
  expect(raw!.headers).not.toHaveProperty('link');
});

describe('a page of a list', () => {
  it.each([{}, { format: 'json' }])('is JSON with %j', async (query) => {
    const { body, text } = await exported(query as Record<string, string>, [rowOf('1')]);
    expect(body).toEqual({ items: [rowOf('1')], next: null });
    expect(text).toBeUndefined();
  });

  it('is a line for each row as NDJSON', async () => {
    const rows = [rowOf('1'), rowOf('a line\nmore', { reason: null })];
    const { text, headers } = await exported({ format: 'ndjson' }, rows);
    expect(
      text
        ?.split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual(rows);
    expect(headers).toMatchObject({ 'content-type': 'application/x-ndjson; charset=utf-8' });
  });

  it('has the same columns in CSV, whatever the rows hold', async () => {
    const header = 'id,event.type,event.size,attempts.count,attempts.last.at,reason';
    expect((await exported({ format: 'csv' }, [])).text).toBe(`${header}\r\n`);
    const { text, headers } = await exported({ format: 'csv' }, [
      rowOf('1', { event: { type: 'a', size: 3 }, attempts: [{ at: 'once' }, { at: 'now' }] }),
      rowOf('2', { reason: 'a "word", and\nmore' }),
    ]);
    expect(text).toBe(`${header}\r\n1,a,3,2,now,\r\n2,a,,0,,"a ""word"", and\nmore"\r\n`);
    expect(headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8' });
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('holds no formula in CSV: %j', async (id) => {
    const { text } = await exported({ format: 'csv' }, [rowOf(id)]);
    expect(text?.split('\r\n').slice(1).join('\r\n')).toMatch(/^"?'/);
  });

  it.each([
    ['order-1', 'order-1'],
    ['a/b?c%41#d', 'a%252Fb%253Fc%252541%23d'],
    ['x>;rel="prev",<\\\\evil.example\\', 'x%3E%3Brel%3D%22prev%22%2C%3C%5C%5Cevil.example%5C'],
  ])('links with an id that a producer chose: %s', async (id, escaped) => {
    const ofEvent = { ...LIST, path: '/v1/rows/{id}/parts' as const };
    const request = {
      rawPath: `/v1/rows/${id}/parts`,
      pathParameters: { id },
      queryStringParameters: { format: 'csv' },
    } as unknown as ManageRequest;
    const { raw } = await inFormat(ofEvent, request, { status: 200, body: { items: [], next: 'n' } });
    expect(raw?.headers.link).toBe(`</v1/rows/${escaped}/parts?format=csv&cursor=n>; rel="next"`);
  });

  it('links to the next page with the same filters', async () => {
    const query = { format: 'csv', status: 'dead', limit: '2', cursor: 'old' };
    const { headers } = await exported(query, [rowOf('1')], 'new/1');
    expect(headers?.link).toBe('</v1/rows?status=dead&limit=2&cursor=new%2F1&format=csv>; rel="next"');
    expect((await exported(query, [rowOf('1')])).headers).not.toHaveProperty('link');
  });
});

describe('the query of a list', () => {
  const parse = (query: object) => LIST.query.safeParse(query);

  it.each([
    [{ limit: '200' }, true],
    [{ limit: '201' }, false],
    [{ limit: '1000', format: 'csv' }, true],
    [{ limit: '1001', format: 'ndjson' }, false],
    [{ limit: '0' }, false],
    [{ order: 'oldest' }, true],
    [{ order: 'up' }, false],
    [{ format: 'xml' }, false],
    [{ state: 'dead' }, false],
  ])('%j: %s', (query, isGood) => {
    expect(parse(query).success).toBe(isGood);
  });
});
