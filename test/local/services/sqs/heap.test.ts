import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHeap } from '../../../../local/services/sqs/heap.ts';

it('a heap has its least item first, whatever comes, leaves and moves', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), value: fc.nat(20) }),
    fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('move' as const), at: fc.nat(), value: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const heap = createHeap<{ value: number; place: number }>((a, b) => a.value < b.value);
      const items: { value: number; place: number }[] = [];
      for (const each of steps) {
        if (each.kind === 'add') {
          const item = { value: each.value, place: 0 };
          items.push(item);
          heap.add(item);
        } else if (items.length > 0) {
          const at = each.at % items.length;
          if (each.kind === 'remove') heap.remove(items.splice(at, 1)[0]!);
          else {
            items[at]!.value = each.value;
            heap.move(items[at]!);
          }
        }
        expect(heap.size()).toBe(items.length);
        expect(new Set(heap.values())).toEqual(new Set(items));
        const least = Math.min(...items.map(({ value }) => value));
        expect(heap.first()?.value ?? Infinity).toBe(least);
      }
    }),
  );
});
