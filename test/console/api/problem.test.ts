import { describe, expect, it } from 'vitest';
import { ConnectionError, PosthornError, refused } from '../../../client/errors.ts';
import {
  fieldProblems,
  isConflict,
  isMissing,
  isPassing,
  isSignedOut,
  wordsOf,
} from '../../../console/api/problem.ts';

const of = (status: number, kind = 'some_kind', message = 'expected more') =>
  refused({ status, kind, message, problems: [], operation: 'getTarget' });

const GATEWAY = '';

describe('what a page makes of an error', () => {
  it.each([
    [of(401, GATEWAY, 'Unauthorized'), ['signed out']],
    [of(403, GATEWAY, 'Forbidden'), ['signed out']],
    [of(403, 'insufficient_scope'), []],
    [of(404, 'not_found'), ['missing']],
    [of(412), ['conflict']],
    [of(422), []],
    [of(429), ['passing']],
    [of(500), ['passing']],
    [of(503), ['passing']],
    [new ConnectionError('no answer'), ['passing']],
    [new PosthornError('no JSON'), []],
    [new Error('ours'), []],
    [undefined, []],
  ])('%s: %j', (error, expected) => {
    const kinds = Object.entries({
      'signed out': isSignedOut(error),
      missing: isMissing(error),
      conflict: isConflict(error),
      passing: isPassing(error),
    });
    expect(kinds.filter(([, holds]) => holds).map(([name]) => name)).toEqual(expected);
  });

  it.each([
    [of(422), 'expected more'],
    [of(403, GATEWAY, 'Forbidden'), 'The API answered with status 403.'],
    [of(429, GATEWAY), 'Too many requests at once. Try again in a moment.'],
    [of(503, GATEWAY, 'Service Unavailable'), 'The API is busy or restarting. Try again in a moment.'],
    [of(503, 'unavailable', 'please repeat'), 'please repeat'],
    [
      new ConnectionError('no answer from the API: fetch failed'),
      'The API could not be reached. Check your connection; the page tries again by itself.',
    ],
    [new Error('ours'), 'ours'],
    ['a text', 'a text'],
  ])('says of %s: %s', (error, words) => expect(wordsOf(error)).toBe(words));

  it('finds what is wrong with fields', () => {
    const problems = [{ field: 'a', message: 'one' }, { message: 'two' }];
    expect(fieldProblems(refused({ ...of(422), problems, message: 'one', operation: '' }))).toEqual(problems);
    expect(fieldProblems(of(422))).toEqual([{ field: undefined, message: 'expected more' }]);
    expect(fieldProblems(new Error('ours'))).toEqual([]);
  });
});
