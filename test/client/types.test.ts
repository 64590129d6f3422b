import { describe, expectTypeOf, it } from 'vitest';
import type { Call, Pages, Posthorn, Schemas } from '../../client/index.ts';

declare const posthorn: Posthorn;

/** Nothing is called here: what is held is what a compiler says. */
describe('types of the client', () => {
  it('come from the OpenAPI document', () => {
    const _calls = async () => {
      expectTypeOf(posthorn.getTarget({ id: 'a' })).toEqualTypeOf<Call<Schemas['Target']>>();
      expectTypeOf(await posthorn.deleteTarget({ id: 'a' })).toEqualTypeOf<undefined>();
      expectTypeOf(await posthorn.getEventPayload({ id: 'a' })).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
      expectTypeOf(await posthorn.getDocs()).toEqualTypeOf<string>();
      expectTypeOf((await posthorn.listTargets()).items).toEqualTypeOf<Schemas['Target'][]>();
      expectTypeOf(posthorn.listTargets({ format: 'csv' })).toEqualTypeOf<Call<string>>();
      expectTypeOf(posthorn.call('listTargets')).toMatchTypeOf<Pages<Schemas['Target'], unknown>>();
      for await (const each of posthorn.listTargets()) expectTypeOf(each).toEqualTypeOf<Schemas['Target']>();
      expectTypeOf(await posthorn.publish({ body: { type: 'a.b', data: {} } })).toEqualTypeOf<
        Schemas['PublishedEvent']
      >();
      expectTypeOf(
        await posthorn.publish({ body: [], contentType: 'application/cloudevents-batch+json' }),
      ).toEqualTypeOf<Schemas['PublishedEvents']>();
      await posthorn.publish({ body: Uint8Array.of(1), contentType: 'image/png' });
      await posthorn.replayEvent({ id: 'a' });
      await posthorn.replayEvent({ id: 'a', body: {} }, { idempotencyKey: 'k' });
    };
    const _mistakes = async () => {
      // @ts-expect-error it needs an id
      await posthorn.getTarget({});
      // @ts-expect-error it has no such argument
      await posthorn.listTargets({ limt: 1 });
      // @ts-expect-error no target has such a state
      await posthorn.listTargets({ state: 'fine' });
      // @ts-expect-error a creation changes nothing that exists
      await posthorn.createTarget({ body: { url: 'https://example.com' } }, { ifMatch: '"1"' });
      // @ts-expect-error a question takes effect as often as it likes
      await posthorn.getTarget({ id: 'a' }, { idempotencyKey: 'k' });
      // @ts-expect-error its limit is a number
      await posthorn.listTargets({ limit: '1' });
      // @ts-expect-error bytes have a content type
      await posthorn.publish({ body: Uint8Array.of(1) });
    };
    expectTypeOf(_calls).toBeFunction();
    expectTypeOf(_mistakes).toBeFunction();
  });
});
