import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BadRequestError,
  ConnectionError,
  NotAllowedError,
  type Refusal,
  refused,
  ServerError,
  TooLargeError,
} from '../../../client/errors.ts';
import { bodyOf, countOfBatch } from '../../../client/publisher/batch.ts';
import { sortFailure, sortResults } from '../../../client/publisher/verdicts.ts';

const failure = (more: Partial<Refusal>) =>
  refused({
    status: 422,
    kind: 'validation_failed',
    message: 'wrong',
    problems: [],
    operation: 'publishBatch',
    ...more,
  });

describe('an answer to a batch', () => {
  it('is sorted event by event, in the words of the event', () => {
    const wrong = { error: 'validation_failed', message: 'expected more', field: 'events[1].type' };
    const { known, again } = sortResults(5, {
      accepted: 1,
      rejected: 3,
      events: [
        { id: 'a', warnings: ['odd'] },
        { error: { ...wrong, problems: [{ field: 'events[1].data', message: 'one' }, { message: 'two' }] } },
        { error: { error: 'payload_too_large', message: 'too large', field: 'events[2].data' } },
        { error: { error: 'unreadable_item', message: 'damaged' } },
      ],
    });
    expect(again).toEqual([]);
    expect(known.get(0)).toEqual({ kind: 'accepted', published: { id: 'a', warnings: ['odd'] } });
    const errors = [1, 2, 3, 4].map((place) => (known.get(place) as { error: unknown }).error);
    expect(errors[0]).toBeInstanceOf(BadRequestError);
    expect(errors[0]).toMatchObject({
      field: 'type',
      problems: [{ field: 'data', message: 'one' }, { message: 'two' }],
    });
    expect(errors[1]).toBeInstanceOf(TooLargeError);
    expect(errors[2]).toBeInstanceOf(ServerError);
    expect(errors[3]).toMatchObject({ message: 'expected a result for each event' });
  });

  it('takes no more apart where it is of one', () => {
    const { known, again } = sortFailure(1, failure({ field: 'events[0].type' }));
    expect(known.get(0)).toMatchObject({ kind: 'refused', error: { field: 'type', message: 'wrong' } });
    expect(again).toEqual([]);
  });

  it.each([
    ['a credential', failure({ status: 403 }), NotAllowedError],
    ['an outage', failure({ status: 503 }), ServerError],
    ['no answer', new ConnectionError('cut'), ConnectionError],
  ])('is the answer to all where the trouble is %s', (_, error, expected) => {
    const { known, again } = sortFailure(3, error);
    expect([...known.values()].map((verdict) => (verdict as { error: unknown }).error)).toEqual([
      error,
      error,
      error,
    ]);
    expect(error).toBeInstanceOf(expected);
    expect(again).toEqual([]);
  });

  it('refuses what is named, and asks again for the others together', () => {
    const problems = [
      { field: 'events[3].type', message: 'no type' },
      { field: 'events[1].data', message: 'no data' },
      { field: 'events[3].id', message: 'no id' },
    ];
    const { known, again } = sortFailure(
      5,
      failure({ problems, message: 'no type', field: 'events[3].type' }),
    );
    expect([...known.keys()]).toEqual([1, 3]);
    expect(known.get(1)).toMatchObject({ error: { message: 'no data', field: 'data', problems: [] } });
    expect(known.get(3)).toMatchObject({
      error: { message: 'no type', field: 'type', problems: [{ field: 'type' }, { field: 'id' }] },
    });
    expect(again).toEqual([[0, 2, 4]]);
  });

  it('asks for halves where nothing says which event it is', () => {
    expect(sortFailure(5, failure({ status: 413 })).again).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
  });

  it('always leads on: each event is known, or in a smaller request', () => {
    const problem = fc.record({
      field: fc.option(
        fc.nat(12).map((place) => `events[${place}].data`),
        { nil: undefined },
      ),
      message: fc.constant('wrong'),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom(400, 413, 415, 422, 500, 503),
        fc.array(problem),
        (count, status, problems) => {
          const { known, again } = sortFailure(count, failure({ status, problems }));
          const places = [...known.keys(), ...again.flat()].sort((a, b) => a - b);
          expect(places).toEqual([...Array(count).keys()]);
          for (const part of again) expect(part.length).toBeLessThan(count);
        },
      ),
    );
  });
});

describe('a batch', () => {
  it('is as large as its limits let it, and is what the API takes', () => {
    const event = fc.string({ maxLength: 60 }).map((data) => JSON.stringify({ type: 'a.b', data }));
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 2000 }),
        (texts, maxEvents, maxBytes) => {
          const waiting = texts.map((text) => ({ bytes: new TextEncoder().encode(text) }));
          const count = countOfBatch(waiting, { maxEvents, maxBytes });
          const body = bodyOf(waiting.slice(0, count));
          expect(JSON.parse(new TextDecoder().decode(body))).toEqual({
            events: texts.slice(0, count).map((text) => JSON.parse(text)),
          });
          expect(count).toBeGreaterThan(0);
          expect(count).toBeLessThanOrEqual(maxEvents);
          if (count > 1) expect(body.length).toBeLessThanOrEqual(maxBytes);
          const isMore = count < Math.min(texts.length, maxEvents);
          if (isMore) expect(bodyOf(waiting.slice(0, count + 1)).length).toBeGreaterThan(maxBytes);
        },
      ),
    );
  });
});
