/**
 * Which behaviour of a distribution takes a path. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
import { wildcard } from '../core/iam.ts';

/**
 * The first one whose pattern matches the path, else the default one. `*` stands for any characters, slashes too, `?`
 * for one; case counts, and a slash at the beginning may be left out.
 *
 * @param path without a query
 */
export function behaviorMatcher<T extends { readonly pattern: string }>(
  behaviors: readonly T[],
  byDefault: T,
): (path: string) => T {
  const compiled = behaviors.map((behavior) => ({
    behavior,
    matches: wildcard(behavior.pattern.replace(/^(?!\/)/, '/')),
  }));
  return (path) => compiled.find(({ matches }) => matches(path))?.behavior ?? byDefault;
}
