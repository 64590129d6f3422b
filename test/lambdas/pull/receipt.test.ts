import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { firstHeldKey, heldKey } from '../../../lambdas/hold-queue/hold-queue.ts';
import { readReceipt, receiptText, TOKEN_BYTES, tokenOf } from '../../../lambdas/pull/receipt.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';

const ref = { tenant: 'ten_1', target: 'tgt_1' };
const ulid = lowestUlidAt(Date.UTC(2026, 10, 21));
const at = { ...ref, subscription: `sub_${ulid}`, event: { ulid } };

test('a receipt says where its message lies, and of which lease it is', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: TOKEN_BYTES, maxLength: TOKEN_BYTES }),
      fc.boolean(),
      (bytes, isFirst) => {
        const key = isFirst ? firstHeldKey(at) : heldKey(at);
        const receipt = { key, token: tokenOf(bytes) };
        const text = receiptText(receipt);
        expect(text).toMatch(/^[\w.-]{1,128}$/);
        expect(readReceipt(ref, text)).toEqual(receipt);
      },
    ),
  );
});

test('it leads into the queue of the target that the path names, whoever had it before', () => {
  const text = receiptText({ key: heldKey(at), token: tokenOf(new Uint8Array(TOKEN_BYTES)) });
  const other = { tenant: 'ten_2', target: 'tgt_2' };
  expect(readReceipt(other, text)?.key).toEqual(heldKey({ ...at, ...other }));
});

it.each([
  '',
  'anything',
  `${ulid}.sub_${ulid}.1`,
  `${ulid}.sub_${ulid}.3.AAAAAAAAAAAAAAAA`,
  `${ulid}.sub_x#y.1.AAAAAAAAAAAAAAAA`,
  `${ulid.toLowerCase()}.sub_${ulid}.1.AAAAAAAAAAAAAAAA`,
  `${ulid}.sub_${ulid}.1.AAAAAAAAAAAAAAA`,
  `${ulid}.sub_${ulid}.1.AAAAAAAAAAAAAAAA.1`,
])('%j is none', (text) => expect(readReceipt(ref, text)).toBeUndefined());
