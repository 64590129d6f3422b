import { expect, it } from 'vitest';
import { nearNames } from '../../../cli/trigger/near-names.ts';
import { sampleIn } from '../../../cli/trigger/sample.ts';

const known = ['payment.processor.failure', 'payment.processor.success', 'order.paid', 'order.shipped'];

it.each([
  ['payment.processor.failed', ['payment.processor.failure', 'payment.processor.success']],
  ['processor.failure', ['payment.processor.failure']],
  ['Order.Paid', ['order.paid']],
  ['ordr.paid', ['order.paid']],
  ['nothing.like.it', []],
  ['', []],
])('of %s, %j are near', (given, near) => expect(nearNames(given, known)).toEqual(near));

it.each([
  [{ sample: { a: 1 }, schema: { examples: [{ a: 2 }] } }, { a: 1 }],
  [{ sample: null }, null],
  [{ schema: { examples: [{ a: 2 }, 3] } }, { a: 2 }],
  [{ schema: { examples: [], default: { a: 3 } } }, { a: 3 }],
  [{ schema: true }, undefined],
  [{}, undefined],
])('the sample of %j is %j', (described, sample) => expect(sampleIn(described)).toEqual(sample));
