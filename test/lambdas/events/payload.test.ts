import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inlineBytes, inlinePayload, payloadLength } from '../../../lambdas/events/payload.ts';
import { packBySize } from '../../../lambdas/values/pack-by-size.ts';

it('gives every byte back (B6)', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string({ unit: 'binary' }).map((s) => Buffer.from(s)),
      ),
      (bytes) => {
        const payload = inlinePayload(bytes);
        expect(Buffer.compare(inlineBytes(payload), bytes)).toBe(0);
        expect(payloadLength(payload)).toBe(bytes.length);
      },
    ),
  );
});

it.each([
  ['text', Buffer.from('{"a":"ü"}'), 'text'],
  ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x31]), 'text'],
  ['half a character', Buffer.from([0xc3]), 'base64'],
  ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]), 'base64'],
])('carries %s', (_, bytes, kind) => expect(inlinePayload(bytes).kind).toBe(kind));

it('packs in order, without loss, within the size unless a single thing is larger', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 60 })), fc.integer({ min: 20, max: 100 }), (things, max) => {
      const groups = packBySize(things, max);
      expect(groups.flat()).toEqual(things);
      for (const group of groups) {
        const bytes = group.reduce((sum, thing) => sum + Buffer.byteLength(JSON.stringify(thing)), 0);
        expect(group.length === 1 || bytes <= max).toBe(true);
      }
    }),
  );
});
