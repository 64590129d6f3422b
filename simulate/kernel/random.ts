/** Numbers that a seed decides: the same seed, the same numbers, on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole, from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Fills an array of bytes. */
  fill<T extends ArrayBufferView>(view: T): T;
  /**
   * A source of its own, which this one's later draws don't change: what is taken out of one part of a history moves
   * nothing in another.
   */
  fork(name: string): Random;
}

/** @param seed any text */
export function createRandom(seed: string): Random {
  let [a, b, c, d] = hashOf(seed);
  // sfc32, by Chris Doty-Humphrey: quick, and it passes PractRand.
  const draw = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) draw();
  const random: Random = {
    next: () => draw() / 2 ** 32,
    int: (min, max) => min + Math.floor((draw() / 2 ** 32) * (max - min + 1)),
    chance: (probability) => draw() / 2 ** 32 < probability,
    pick: (list) => list[Math.floor((draw() / 2 ** 32) * list.length)]!,
    fill(view) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      for (let i = 0; i < bytes.length; i++) bytes[i] = draw();
      return view;
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
  return random;
}

/** Four words of a text, by cyrb128 (public domain). */
function hashOf(text: string): [number, number, number, number] {
  let words: [number, number, number, number] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const [a, b, c, d] = words;
    words = [
      b ^ Math.imul(a ^ unit, 597399067),
      c ^ Math.imul(b ^ unit, 2869860233),
      d ^ Math.imul(c ^ unit, 951274213),
      a ^ Math.imul(d ^ unit, 2716044179),
    ];
  }
  const [a, b, c, d] = words;
  const first = Math.imul(c ^ (a >>> 18), 597399067);
  const second = Math.imul(d ^ (b >>> 22), 2869860233);
  const third = Math.imul(a ^ (c >>> 17), 951274213);
  const fourth = Math.imul(b ^ (d >>> 19), 2716044179);
  return [first ^ second ^ third ^ fourth, second ^ first, third ^ first, fourth ^ first];
}
