import { expect, it } from 'vitest';
import { createAuthorizer, KEPT } from '../../../local/http/authorizer.ts';
import type { EventBase } from '../../../local/http/event.ts';
import type { LocalFunction } from '../../../local/lambda/function.ts';

it('keeps the verdicts on so many identities, and asks anew for the others', async () => {
  let asked = 0;
  const fn = {
    async invokeText() {
      asked += 1;
      return { kind: 'returned', payload: '{"isAuthorized":false}' };
    },
  } as unknown as LocalFunction;
  const authorize = createAuthorizer({
    fn,
    identitySources: ['$request.header.Authorization'],
    ttlMs: 60_000,
  });
  const ask = (authorization: string) =>
    authorize({ headers: { authorization } } as unknown as EventBase, undefined, 'arn');
  for (let i = 0; i <= KEPT; i++) expect(await ask(`key ${i}`)).toEqual({ kind: 'forbidden' });
  await ask(`key ${KEPT}`);
  expect(asked).toBe(KEPT + 1);
  await ask('key 0');
  expect(asked).toBe(KEPT + 2);
});
