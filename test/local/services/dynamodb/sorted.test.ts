import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Place, SortedEntries } from '../../../../local/services/dynamodb/sorted.ts';
import { runs } from '../../../helpers/runs.ts';

interface Entry extends Place {
  readonly n: number;
}

/** Enough of them for several chunks, in an order of their own, or in that in which they are sorted. */
const changes = fc.array(
  fc.record({ isDeleted: fc.integer({ max: 3 }).map((n) => n === 0), place: fc.nat(1500), tie: fc.nat(1) }),
  { minLength: 300, maxLength: 2000, size: 'max' },
);

it('holds each place once and in order, however entries come and go', () => {
  fc.assert(
    fc.property(changes, fc.boolean(), fc.nat(1500), (all, areInOrder, from) => {
      const entries = new SortedEntries<Entry>();
      const expected = new Map<string, Entry>();
      for (const [n, { isDeleted, place, tie }] of all.entries()) {
        const sort = String(areInOrder ? n : place).padStart(4, '0');
        const entry = { sort, tie: String(tie), n };
        const key = `${sort} ${tie}`;
        const former = isDeleted ? entries.delete(entry) : entries.put(entry);
        expect(former).toBe(expected.get(key));
        if (isDeleted) expected.delete(key);
        else expected.set(key, entry);
        expect(entries.find(entry)).toBe(expected.get(key));
      }
      const inOrder = [...expected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
      const bound = String(from).padStart(4, '0');
      const isBefore = ({ sort }: Place): boolean => sort < bound;
      const read = (way: 'forward' | 'backward', isSkipped: (entry: Entry) => boolean): Entry[] => {
        const found: Entry[] = [];
        entries[way](isSkipped, (entry) => found.push(entry) > 0);
        return found;
      };
      expect(read('forward', isBefore)).toEqual(inOrder.filter((entry) => !isBefore(entry)));
      const isAfter = (entry: Entry): boolean => !isBefore(entry);
      expect(read('backward', isAfter)).toEqual(inOrder.filter(isBefore).reverse());
      expect(entries.isEmpty).toBe(inOrder.length === 0);
    }),
    { numRuns: runs(20) },
  );
});
