import { describe, expect, it } from 'vitest';
import { previewFilter } from '../../../../lambdas/manage/operations/filter-preview.ts';
import { callOf, inMemoryManage, NOW } from '../../../builders/manage.ts';

const HOUR = 3_600_000;
const time = (hours: number): string => new Date(NOW + hours * HOUR).toISOString();

/** What a preview over a span without events answers. */
async function previewed(span: object) {
  const { deps } = inMemoryManage();
  const eventLog = { listEvents: async () => ({ events: [] }) };
  const payloads = { getPayload: async () => undefined };
  const call = callOf({ body: { filter: { events: ['**'] }, ...span } });
  const { body } = await previewFilter({ ...deps, eventLog, payloads } as never, call as never);
  return body!;
}

describe('the span of a preview', () => {
  it.each([
    ['the end of time', { from: '9999-12-31T00:00:00Z' }],
    ['an hour from now', { from: time(1) }],
    ['after its end', { from: time(-1), to: time(-2) }],
  ])('is refused when it begins at %s', async (_, span) => {
    await expect(previewed(span)).rejects.toMatchObject({ status: 422, field: 'from' });
  });

  it.each([
    ['all that is kept', {}, [time(-72), time(0)]],
    ['an hour', { from: time(-2), to: time(-1) }, [time(-2), time(-1)]],
    ['up to now', { from: time(-2), to: time(5) }, [time(-2), time(0)]],
    ['what is no longer kept', { to: time(-500) }, [time(-500), time(-500)]],
  ])('is %s, and never ends before it begins', async (_, span, [from, to]) => {
    expect(await previewed(span)).toMatchObject({ from, to, scanned: 0 });
  });
});
