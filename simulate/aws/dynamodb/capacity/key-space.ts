import { DYNAMODB } from '../../numbers.ts';
import { Bucket } from './bucket.ts';
import { Growth } from './growth.ts';
import { Heat, type Kind } from './heat.ts';
import { isBefore, type Point } from './point.ts';
import { splitPoint } from './split-point.ts';

/** What one partition can do. Units a second. */
const RATES = { read: DYNAMODB.partitionReads, write: DYNAMODB.partitionWrites } as const;

/** What is not throttled until it is exceeded: a partition's share of the key space, or what an account may do. */
export type Limit = 'KeyRangeThroughputExceeded' | 'AccountLimitExceeded';

/** Units a second. */
export interface Throughput {
  readonly reads: number;
  readonly writes: number;
}

/** A partition holds what stands from its first point to the next partition's. */
interface Partition {
  readonly from: Point;
  readonly read: Bucket;
  readonly write: Bucket;
  readonly heat: Heat;
}

const SPACE = 2 ** 32;

/**
 * The partitions of a table or of an index. Its throughput is theirs: a new table's 4,000 writes a second are those of
 * four partitions, and readiness for twice a peak is twice as many of them.
 */
export class KeySpace {
  readonly #partitions: Partition[];
  readonly #growth: Growth;
  readonly #quota: Readonly<Record<Kind, Bucket>>;

  /** @param warm throughput that it is ready for, where that is more than a new table's */
  constructor(warm: Throughput, quota: Throughput, now: number) {
    const count = Math.ceil(Math.max(warm.writes / RATES.write, warm.reads / RATES.read));
    this.#partitions = Array.from({ length: count }, (_, i) =>
      partitionFrom({ hash: Math.floor((i * SPACE) / count), sort: '' }, now),
    );
    this.#growth = new Growth(RATES, now);
    this.#quota = { read: new Bucket(quota.reads, now), write: new Bucket(quota.writes, now) };
  }

  get partitions(): number {
    return this.#partitions.length;
  }

  /** The limit that a request meets. */
  limitOn(kind: Kind, point: Point, now: number): Limit | undefined {
    if (!this.#quota[kind].isOpen(now)) return 'AccountLimitExceeded';
    return this.#at(point)[kind].isOpen(now) ? undefined : 'KeyRangeThroughputExceeded';
  }

  /** Notes what a request took. */
  take(kind: Kind, point: Point, units: number, now: number): void {
    const partition = this.#at(point);
    this.#quota[kind].take(units);
    partition[kind].take(units);
    if (partition.heat.note(kind, point, units, now)) this.#split(partition, now);
    const wanted = this.#growth.note(kind, units, this.#partitions.length, now);
    while (this.#partitions.length < wanted) this.#halveWidest(now);
  }

  #at(point: Point): Partition {
    let [low, high] = [0, this.#partitions.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (isBefore(point, this.#partitions[middle]!.from)) high = middle - 1;
      else low = middle;
    }
    return this.#partitions[low]!;
  }

  /** Its second half is a new partition. */
  #split(partition: Partition, now: number): void {
    const from = splitPoint(partition.heat.takeSamples());
    if (!from || !isBefore(partition.from, from)) return;
    const index = this.#partitions.indexOf(partition);
    const [first, second] = [partitionFrom(partition.from, now), partitionFrom(from, now)];
    this.#partitions.splice(index, 1, first, second);
  }

  #halveWidest(now: number): void {
    const widthOf = (index: number): number =>
      (this.#partitions[index + 1]?.from.hash ?? SPACE) - this.#partitions[index]!.from.hash;
    let widest = 0;
    for (let i = 1; i < this.#partitions.length; i++) if (widthOf(i) > widthOf(widest)) widest = i;
    const { from } = this.#partitions[widest]!;
    const hash = from.hash + Math.ceil(widthOf(widest) / 2);
    this.#partitions.splice(widest + 1, 0, partitionFrom({ hash, sort: '' }, now));
  }
}

const partitionFrom = (from: Point, now: number): Partition => ({
  from,
  read: new Bucket(RATES.read, now),
  write: new Bucket(RATES.write, now),
  heat: new Heat(RATES, now),
});
