import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../../cli/io.ts';
import { byIds, inWords, type Result, selectionOf } from '../../../cli/jobs/dead-letters.ts';
import { OPERATION_INFO } from '../../../cli/routes/operation-info.ts';
import type { Posthorn } from '../../../client/index.ts';

const info = OPERATION_INFO.redriveDeadLetters;
const io = (stdin = ''): Io =>
  ({
    stdin: Readable.from([Buffer.from(stdin)]),
    terminal: { stdin: false },
    now: () => Date.UTC(2026, 0, 10),
  }) as unknown as Io;

describe('which dead letters are meant (A20)', () => {
  it.each([
    [{ ids: ['a', 'b', 'a'] }, {}, { kind: 'ids', ids: ['a', 'b'] }],
    [{ ids: ['a', '-'] }, {}, { kind: 'ids', ids: ['a', 'x', 'y'] }],
    [{}, { all: true }, { kind: 'filter', filter: {} }],
    [{}, { reason: 'exhausted', wait: false }, { kind: 'filter', filter: { reason: 'exhausted' } }],
    [{}, { to: '7d', all: true }, { kind: 'filter', filter: { to: '2026-01-03T00:00:00.000Z' } }],
  ])('%j %j', async (args, options, selection) =>
    expect(await selectionOf(io('x\n y\n'), info, args, options)).toEqual(selection),
  );

  it.each([
    [{}, {}, 'expected ids, a filter'],
    [{ ids: [] }, { wait: true }, 'expected ids, a filter'],
    [{ ids: ['a'] }, { all: true }, 'not both'],
    [{ ids: ['a'] }, { reason: 'exhausted' }, 'not both'],
    [{ ids: ['-'] }, {}, 'got none'],
  ])('%j %j is refused', (args, options, message) =>
    expect(selectionOf(io(' \n'), info, args, options)).rejects.toThrow(message),
  );

  it.each([
    [{ kind: 'ids', ids: ['a'] } as const, 'the dead letter'],
    [{ kind: 'ids', ids: ['a', 'b'] } as const, '2 dead letters'],
    [{ kind: 'filter', filter: {} } as const, 'all dead letters'],
    [
      { kind: 'filter', filter: { targetId: 'tgt_1', reason: 'exhausted', to: 'T' } } as const,
      'all dead letters to tgt_1 that are dead for exhausted before T',
    ],
  ])('%j in words', (selection, text) => expect(inWords(selection)).toBe(text));
});

it('ids are asked for a hundred at a time, each once', async () => {
  const asked: number[] = [];
  const api = {
    redriveDeadLetters: async ({ body }: { body: { ids: string[] } }) => {
      asked.push(body.ids.length);
      return { items: body.ids.map((id) => ({ id, done: true })) };
    },
  } as unknown as Posthorn;
  const ids = Array.from({ length: 250 }, (_, i) => `dlv_${i}`);
  const results: Result[] = [];
  await byIds(api, 'redriveDeadLetters', ids, new AbortController().signal, (part) => results.push(...part));
  expect(asked).toEqual([100, 100, 50]);
  expect(results.map(({ id }) => id)).toEqual(ids);
});
