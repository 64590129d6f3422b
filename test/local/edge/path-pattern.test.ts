import { expect, it } from 'vitest';
import { behaviorMatcher } from '../../../local/edge/path-pattern.ts';

const patterns = ['/v1/*', 'health', '/docs*', '/a?c', '/v1/never', '*.js'];
const behaviorOf = behaviorMatcher(
  patterns.map((pattern) => ({ pattern })),
  { pattern: 'default' },
);

it.each([
  ['/v1/events', '/v1/*'],
  ['/v1/', '/v1/*'],
  ['/v1', 'default'],
  ['/v1/never', '/v1/*'],
  ['/V1/events', 'default'],
  ['/health', 'health'],
  ['/healthy', 'default'],
  ['/docs', '/docs*'],
  ['/docs/a/b', '/docs*'],
  ['/abc', '/a?c'],
  ['/ac', 'default'],
  ['/x/y.js', '*.js'],
  ['/', 'default'],
])('%s belongs to %s', (path, pattern) => expect(behaviorOf(path).pattern).toBe(pattern));
