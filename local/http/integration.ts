/** How an API of either protocol calls a function. */
import type { Log } from '../core/log.ts';
import type { LocalFunction } from '../lambda/function.ts';
import type { Invocation } from '../lambda/protocol.ts';

export interface Integration {
  readonly fn: LocalFunction;
  readonly timeoutMs: number;
}

/** Calls the function. It goes on after the API has given up, as on AWS. */
export function callWithin({ fn, timeoutMs }: Integration, event: string): Promise<Invocation | 'timeout'> {
  const { promise, resolve } = Promise.withResolvers<Invocation | 'timeout'>();
  const timer = setTimeout(resolve, timeoutMs, 'timeout');
  void fn.invokeText(event).then((invocation) => {
    clearTimeout(timer);
    resolve(invocation);
  });
  return promise;
}

export function logNotPermitted(log: Log, what: string, routeKey: string): void {
  log({
    kind: 'cloud',
    text: `NotPermitted  ${what} route="${routeKey}": no AWS::Lambda::Permission for this API`,
  });
}
