import type { Account, LambdaOptions, SimulatedLambda } from './account.ts';
import { createFunction } from './function.ts';

export function createLambda(options: LambdaOptions): SimulatedLambda {
  const account: Account = { concurrency: options.accountConcurrency, busy: 0, mostBusy: 0 };
  return {
    create: (resource) => createFunction(resource, account, options),
    get busy() {
      return account.busy;
    },
    get mostBusy() {
      return account.mostBusy;
    },
  };
}
