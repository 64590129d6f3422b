import type { Frame } from './frame.ts';
import type { Sight } from './kept-socket.ts';

/** Frames that are remembered: minutes of a tenant that has one each second. */
const MOST = 300;

/** One worker's frame may come this much later than the next one's. */
const OVERLAP_MS = 10_000;

type Seen = Pick<Frame, 'id' | 'at'>;

/** Which frames were passed on, so that none is twice, and one that comes late is not taken for one of them. */
export class Passed {
  /** In the order of their ids. */
  private seen: Seen[] = [];

  /** Those that were not passed on, in the order of their ids, each once; they count as passed on from now. */
  take(frames: readonly Frame[]): Frame[] {
    const known = new Set(this.seen.map(({ id }) => id));
    const oldest = this.seen.length < MOST ? '' : this.seen[0]!.id;
    const fresh = new Map(
      frames.filter(({ id }) => id > oldest && !known.has(id)).map((each) => [each.id, each]),
    );
    const added = [...fresh.values()].sort(byId);
    this.seen = [...this.seen, ...added.map(({ id, at }) => ({ id, at }))].sort(byId).slice(-MOST);
    return added;
  }

  /**
   * The id to ask for the frames after: a little before the last frame, since frames between them may have come to nobody yet.
   * Where no frame came for long, an id of a time before which none is missing.
   * @returns undefined before anything was seen
   */
  resumeAfter({ openedAt, aliveAt }: Readonly<Sight>): string | undefined {
    const known = [this.frameBeforeLast()];
    if (openedAt !== undefined && aliveAt !== undefined)
      known.push(lowestIdAt(Math.max(openedAt, aliveAt - OVERLAP_MS)));
    return known.reduce((last, id) => (last === undefined || (id !== undefined && id > last) ? id : last));
  }

  private frameBeforeLast(): string | undefined {
    const last = this.seen.at(-1);
    if (!last) return undefined;
    const from = Date.parse(last.at) - OVERLAP_MS;
    return this.seen.find(({ at }) => Date.parse(at) >= from)?.id;
  }
}

const byId = (a: Seen, b: Seen): number => (a.id < b.id ? -1 : 1);

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The lowest ULID of a time: 48 bits in Crockford's base 32, and no bit after them. https://github.com/ulid/spec */
function lowestIdAt(ms: number): string {
  let id = '';
  for (let left = Math.floor(ms), digit = 0; digit < 10; digit++, left = Math.floor(left / 32))
    id = DIGITS[left % 32]! + id;
  return id.padEnd(26, '0');
}
