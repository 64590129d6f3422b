/** What a promise comes to, or `late` if that takes longer. The promise goes on. @throws what it fails with in time */
export function withinMs<T>(promise: Promise<T>, ms: number): Promise<T | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), ms);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
